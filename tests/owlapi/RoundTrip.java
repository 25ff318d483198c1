import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.MissingImportHandlingStrategy;
import org.semanticweb.owlapi.model.OWLDocumentFormat;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.util.SimpleIRIMapper;

/**
 * Loads Turtle files with the OWL API and saves them again, as Protégé does.
 *
 * <p>Arguments: a file of lines "ontology IRI, tab, file", which stands for Protégé's catalog, and a
 * file of lines "file to load, tab, file to write". Imports that the first does not name are left
 * out, so nothing is fetched. Prints one line for each file that cannot be carried.
 */
public final class RoundTrip {
    private RoundTrip() {}

    public static void main(String[] arguments) throws Exception {
        List<String> catalog = Files.readAllLines(Path.of(arguments[0]));
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            String[] files = line.split("\t");
            try {
                carry(catalog, new File(files[0]), new File(files[1]));
            } catch (Exception error) {
                System.out.println(files[0] + "\t" + error.getClass().getSimpleName());
            }
        }
    }

    private static void carry(List<String> catalog, File from, File to) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        for (String line : catalog) {
            String[] entry = line.split("\t");
            manager.getIRIMappers()
                    .add(new SimpleIRIMapper(IRI.create(entry[0]), IRI.create(new File(entry[1]))));
        }
        OWLOntologyLoaderConfiguration silent =
                new OWLOntologyLoaderConfiguration()
                        .setMissingImportHandlingStrategy(MissingImportHandlingStrategy.SILENT);
        OWLOntology ontology =
                manager.loadOntologyFromOntologyDocument(new FileDocumentSource(from), silent);
        OWLDocumentFormat loaded = manager.getOntologyFormat(ontology);
        TurtleDocumentFormat turtle = new TurtleDocumentFormat();
        if (loaded != null && loaded.isPrefixOWLDocumentFormat()) {
            turtle.copyPrefixesFrom(loaded.asPrefixOWLDocumentFormat());
        }
        manager.saveOntology(ontology, turtle, IRI.create(to));
    }
}
