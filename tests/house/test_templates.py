from tests.house.templates import broken


def test_every_template_compiles():
    assert broken() == []
