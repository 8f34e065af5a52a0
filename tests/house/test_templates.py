from tests.house.templates import broken, unnamed


def test_every_template_compiles():
    assert broken() == []


def test_no_block_counts_on_what_another_has_named():
    assert unnamed() == []
