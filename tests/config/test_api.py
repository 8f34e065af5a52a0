"""The JSON interface as a whole: its description, and the shape of every refusal."""


def test_the_description(client, db):
    described = client.get("/api/v1/openapi.json").json()
    assert described["info"]["title"].startswith("OneGrid")
    for path in (
        "/tiles/base/{z}/{x}/{y}.mvt",
        "/tiles/things/{z}/{x}/{y}.mvt",
        "/addresses",
        "/establishments",
    ):
        assert f"/api/v1{path}" in described["paths"]


def test_who_is_not_signed_in_gets_a_problem_document(client, db):
    answer = client.get("/api/v1/things")
    assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "sign_in_needed" and answer.json()["status"] == 401


def test_what_is_not_there_is_a_problem_document(client, db):
    for address in ("/api/v1/nothing", "/api/v1/classes/x", "/api/v1/areas/1.5"):
        answer = client.get(address)
        assert answer.status_code == 404 and answer.json()["code"] == "no_such_address"
    answer = client.delete("/api/v1/cases")
    assert answer.status_code == 405 and answer.json()["code"] == "wrong_method"
    assert answer["Content-Type"] == "application/problem+json" and "GET" in answer["Allow"]


def test_a_refusal_is_a_problem_document(client, db):
    answer = client.get("/api/v1/tiles/base/1/2/0.mvt")
    assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:onegrid:refusal:no_such_tile"
    assert answer.json()["details"] == {"z": 1, "x": 2, "y": 0}
