"""The published shapes of GeoReport v2, as JSON; the XML says the same (forms.py)."""

from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from onegrid.cases.flow.rules import ADDRESS_MAX, TEXT_MAX


class Endpoint(Schema):
    specification: str
    url: str
    changeset: str
    type: Literal["production", "test"]
    formats: list[str]


class Discovery(Schema):
    changeset: str
    contact: str
    key_service: str
    endpoints: list[Endpoint]


class Service(Schema):
    """`metadata`: there is a definition with attributes. `keywords`: separated by commas."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: Literal["realtime", "batch", "blackbox"]
    keywords: str
    group: str


class Value(Schema):
    key: str
    name: str


class Attribute(Schema):
    variable: bool
    code: str
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    required: bool
    datatype_description: str
    order: int
    description: str
    values: list[Value]


class Definition(Schema):
    service_code: str
    attributes: list[Attribute]


class Taken(Schema):
    """The number is there at once."""

    service_request_id: str
    service_notice: str
    account_id: str


class Token(Schema):
    service_request_id: str
    token: str


class Extended(Schema):
    """Only with `extensions=true`."""

    state: str
    state_name: str
    channel: str
    class_name: str
    street_code: str
    community_code: str
    grid_code: str
    overdue: bool
    closed_datetime: str


class PublicRequest(Schema):
    """A request as everybody may see it; what could tell who reported it is empty."""

    service_request_id: str
    status: Literal["open", "closed"]
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str
    service_notice: str
    requested_datetime: str
    updated_datetime: str
    expected_datetime: str
    address: str
    address_id: str
    zipcode: str
    lat: float | None
    long: float | None
    media_url: str
    extended_attributes: Extended | None = None


class Trouble(Schema):
    code: int
    description: str


class NewRequest(Schema):
    """What is posted as a form. `device_id` and `account_id` are taken and not kept. Fields that are empty count as
    not given; those of other versions are passed over."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    service_code: str = Field(max_length=40)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    long: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    address_string: str = Field("", max_length=ADDRESS_MAX)
    address_id: int | None = Field(None, ge=1, le=2**63 - 1)
    email: str = Field("", max_length=120)
    device_id: str = Field("", max_length=200)
    account_id: str = Field("", max_length=200)
    first_name: str = Field("", max_length=40)
    last_name: str = Field("", max_length=40)
    phone: str = Field("", max_length=20)
    description: str = Field("", max_length=TEXT_MAX)
    media_url: str = Field("", max_length=500)


def request_body() -> dict[str, Any]:
    """`requestBody` of the OpenAPI document."""
    plain = NewRequest.model_json_schema()
    plain.pop("description", None)
    plain["properties"]["attribute[condition]"] = {
        "type": "string", "maxLength": 40, "description": "a key of the service definition",
    }  # fmt: skip
    form = {**plain, "properties": {**plain["properties"]}, "title": "NewRequestWithMedia"}
    form["properties"]["media"] = {
        "type": "string",
        "format": "binary",
        "description": "photos, films or sound, six in all",
    }
    example = {"service_code": "06013", "lat": 37.3849, "long": 118.0245, "description": "路面有个大坑"}
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": plain, "example": example},
                "multipart/form-data": {"schema": form},
            },
        }
    }
