"""The same through an S3-compatible store: moto's own server, over the wire."""

from datetime import timedelta

import boto3
import pytest
from django.core.files.storage import default_storage
from django.test import RequestFactory
from moto.server import ThreadedMotoServer

from onegrid.config.environment import Environment
from onegrid.config.files_url import s3_options
from onegrid.kit.errors import Refused
from onegrid.kit.files import Kinds, file_answer, store_file
from onegrid.kit.files.pruning import prune_files

from .conftest import NOW, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server, settings):
    client = boto3.client(
        "s3", endpoint_url=server, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket="onegrid")
    options = s3_options(f"s3://k:s@onegrid/street?endpoint={server}&region=us-east-1")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    yield lambda: [found["Key"] for found in client.list_objects_v2(Bucket="onegrid").get("Contents", [])]
    for found in client.list_objects_v2(Bucket="onegrid").get("Contents", []):
        client.delete_object(Bucket="onegrid", Key=found["Key"])


def test_store_answer_and_prune(bucket):
    file = store_file(picture(), allow=Kinds.PHOTO, at=NOW).file
    again = store_file(picture(), allow=Kinds.PHOTO, at=NOW).file
    assert again == file and bucket() == [f"street/{file.object_name}"]
    answer = file_answer(file, RequestFactory().get("/", headers={"Range": "bytes=0-1"}))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"\xff\xd8")
    assert prune_files(before=NOW + timedelta(days=1)).files == 1
    assert bucket() == []


def test_an_object_torn_is_written_again(bucket):
    file = store_file(picture(), allow=Kinds.PHOTO, at=NOW).file
    with default_storage.open(file.object_name, "wb") as torn:
        torn.write(b"x")
    store_file(picture(), allow=Kinds.PHOTO, at=NOW)
    assert default_storage.size(file.object_name) == file.size


def test_a_refusal_leaves_nothing(bucket):
    with pytest.raises(Refused):
        store_file(b"<html>", allow=Kinds.PHOTO, at=NOW)
    assert bucket() == []


def test_the_address_is_read():
    options = s3_options("s3://me:a%2Fb@photos/a/b?endpoint=https://s3.example.cn&region=cn-north-1")
    assert (options["bucket_name"], options["location"], options["secret_key"]) == ("photos", "a/b", "a/b")
    assert (options["endpoint_url"], options["region_name"]) == ("https://s3.example.cn", "cn-north-1")
    assert s3_options("s3://photos")["access_key"] is None


@pytest.mark.parametrize("wrong", ["http://photos", "s3://", "photos"])
def test_an_address_that_is_none_is_refused(wrong, monkeypatch):
    monkeypatch.setenv("ONEGRID_FILES_URL", wrong)
    with pytest.raises(ValueError, match="files_url"):
        Environment()
