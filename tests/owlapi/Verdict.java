import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLDataFactory;
import org.semanticweb.owlapi.model.OWLNamedIndividual;
import org.semanticweb.owlapi.model.OWLObjectProperty;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyCreationException;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.OWLRuntimeException;
import org.semanticweb.owlapi.model.parameters.Imports;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.Profiles;
import org.semanticweb.owlapi.reasoner.InferenceType;
import org.semanticweb.owlapi.reasoner.OWLReasoner;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What the OWL API and HermiT say of ontologies, one JSON object a line.
 *
 * <p>Arguments: OASIS XML catalogs, which say where an imported ontology's file lies. Each line of
 * standard input is one job, its fields divided by tabs: a word for what is asked
 * ("profiles"; "hermit": also consistency and unsatisfiable classes; "facts": also the values of
 * the object properties and the types of every named individual), the IRIs of those object
 * properties divided by blanks, then the files, whose import closures are merged into one ontology.
 */
public final class Verdict {
    private final Map<String, IRI> documents = new HashMap<>();

    public static void main(String[] catalogs) throws Exception {
        Verdict verdict = new Verdict();
        for (String catalog : catalogs) {
            verdict.read(new File(catalog));
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> fields = Arrays.asList(line.split("\t"));
            List<String> files = fields.subList(2, fields.size());
            out.println(json(verdict.answer(fields.get(0), fields.get(1), files)));
        }
    }

    /** Reads the entries {@code <uri name="IRI" uri="FILE"/>} of an OASIS XML catalog. */
    private void read(File catalog) throws ParserConfigurationException, SAXException, IOException {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        // A catalog may name its DTD by an address on the web; nothing here may fetch it.
        builder.setEntityResolver((name, system) -> new InputSource(new StringReader("")));
        Document document = builder.parse(catalog);
        NodeList entries = document.getElementsByTagName("uri");
        for (int i = 0; i < entries.getLength(); i++) {
            Element entry = (Element) entries.item(i);
            IRI file = IRI.create(catalog.toURI().resolve(entry.getAttribute("uri")));
            documents.put(entry.getAttribute("name"), file);
        }
    }

    private Map<String, Object> answer(String asked, String properties, List<String> files) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("files", files);
        try {
            OWLOntology ontology = load(files);
            answer.put("axioms", ontology.getAxiomCount(Imports.INCLUDED));
            answer.put("dl", violations(Profiles.OWL2_DL, ontology));
            answer.put("rl", violations(Profiles.OWL2_RL, ontology));
            if (!asked.equals("profiles")) {
                reason(ontology, asked.equals("facts"), properties, answer);
            }
        } catch (OWLOntologyCreationException | OWLRuntimeException | IllegalArgumentException error) {
            // HermiT says by IllegalArgumentException that it does not know a datatype or that the
            // property hierarchy is irregular.
            answer.put("error", error.getClass().getSimpleName() + ": " + error.getMessage());
        }
        return answer;
    }

    private OWLOntology load(List<String> files) throws OWLOntologyCreationException {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        // An address that no catalog holds leads to a file that does not exist, never to the web.
        IRI nowhere = IRI.create("file:/named-in-no-catalog");
        manager.getIRIMappers().add(iri -> documents.getOrDefault(iri.toString(), nowhere));
        List<OWLOntology> loaded = new ArrayList<>();
        for (String file : files) {
            loaded.add(manager.loadOntologyFromOntologyDocument(new File(file)));
        }
        if (loaded.size() == 1) {
            return loaded.get(0);
        }
        Set<OWLAxiom> axioms = manager.ontologies().flatMap(OWLOntology::axioms).collect(Collectors.toSet());
        return OWLManager.createOWLOntologyManager().createOntology(axioms);
    }

    private static List<String> violations(OWLProfile profile, OWLOntology ontology) {
        return profile.checkOntology(ontology).getViolations().stream()
                .map(v -> v.getClass().getSimpleName() + ": " + v)
                .sorted()
                .collect(Collectors.toList());
    }

    private static void reason(
            OWLOntology ontology, boolean facts, String properties, Map<String, Object> answer) {
        OWLReasoner reasoner = new ReasonerFactory().createReasoner(ontology);
        try {
            boolean consistent = reasoner.isConsistent();
            answer.put("consistent", consistent);
            if (!consistent) {
                return;
            }
            answer.put("unsatisfiable", reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom().stream()
                    .map(OWLClass::toStringID)
                    .sorted()
                    .collect(Collectors.toList()));
            if (facts) {
                answer.put("facts", facts(ontology, reasoner, properties));
            }
        } finally {
            reasoner.dispose();
        }
    }

    /** The types and property values of the named individuals, as N-Triples without the full stop. */
    private static List<String> facts(OWLOntology ontology, OWLReasoner reasoner, String properties) {
        reasoner.precomputeInferences(InferenceType.CLASS_ASSERTIONS);
        OWLDataFactory factory = ontology.getOWLOntologyManager().getOWLDataFactory();
        List<OWLObjectProperty> asked = new ArrayList<>();
        for (String iri : properties.split(" ")) {
            asked.add(factory.getOWLObjectProperty(IRI.create(iri)));
        }
        TreeSet<String> facts = new TreeSet<>();
        String type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
        for (OWLNamedIndividual one : ontology.individualsInSignature(Imports.INCLUDED).collect(Collectors.toList())) {
            String subject = one.toStringID();
            for (OWLClass c : reasoner.getTypes(one, false).entities().collect(Collectors.toList())) {
                facts.add("<" + subject + "> " + type + " <" + c.toStringID() + ">");
            }
            for (OWLObjectProperty p : asked) {
                reasoner.getObjectPropertyValues(one, p).entities()
                        .forEach(o -> facts.add("<" + subject + "> <" + p.toStringID() + "> <" + o.toStringID() + ">"));
            }
        }
        return new ArrayList<>(facts);
    }

    private static String json(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> json(e.getKey()) + ":" + json(e.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Verdict::json).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Boolean || value instanceof Integer) {
            return value.toString();
        }
        StringBuilder text = new StringBuilder("\"");
        for (char c : value.toString().toCharArray()) {
            if (c < ' ' || c == '"' || c == '\\') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
