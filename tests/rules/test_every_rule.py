"""The rules of OWL 2 Profiles §4.3, table by table, and that each of them has a test."""

import ast
from pathlib import Path

import pytest

TABLES = {
    "Table 4": """eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3""",
    "Table 5": """prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1
        prp-spo2 prp-eqp1 prp-eqp2 prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2""",
    "Table 6": """cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1
        cls-svf2 cls-avf cls-hv1 cls-hv2 cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3
        cls-maxqc4 cls-oo""",
    "Table 7": """cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc""",
    "Table 8": """dt-type1 dt-type2 dt-eq dt-diff dt-not-type""",
    "Table 9": """scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2
        scm-dom1 scm-dom2 scm-rng1 scm-rng2 scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int
        scm-uni""",
}
MODULES = {
    "Table 4": "test_equality.py",
    "Table 5": "test_properties.py",
    "Table 6": "test_classes.py",
    "Table 7": "test_classes.py",
    "Table 8": "test_datatypes.py",
    "Table 9": "test_schema.py",
}


def test_there_are_78_rules() -> None:
    rules = [rule for table in TABLES.values() for rule in table.split()]
    assert len(rules) == len(set(rules)) == 78


@pytest.mark.parametrize("table", TABLES)
def test_each_rule_of_a_table_has_a_test_named_after_it(table: str) -> None:
    module = ast.parse((Path(__file__).parent / MODULES[table]).read_text("utf-8"))
    tests = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    wanted = {"test_" + rule.replace("-", "_") for rule in TABLES[table].split()}
    assert wanted - tests == set()
