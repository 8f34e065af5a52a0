from onegrid.console import map as house_map


def test_the_map_is_up_to_date():
    assert house_map.MAP.read_text() == house_map.drawn(), "stale: run `.venv/bin/onegrid map`"
