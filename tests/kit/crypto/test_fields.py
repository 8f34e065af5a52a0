import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from onegrid.kit.crypto import CannotOpen, EncryptedTextField


def raw(person, column="phone"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM kit_sealedperson WHERE id = %s", [person.pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_the_database_never_sees_the_text(person, ring, cipher):
    ring.FIELD_CIPHER = cipher
    made = person.objects.create(name="张三", phone="13800000000")
    assert b"138" not in raw(made) and "张三".encode() not in raw(made, "name")
    read = person.objects.get(pk=made.pk)
    assert (read.name, read.phone) == ("张三", "13800000000")
    assert list(person.objects.values_list("phone", flat=True)) == ["13800000000"]


def test_none_stays_null_and_empty_stays_empty(person):
    made = person.objects.create(name=None, phone="")
    assert raw(made, "name") is None
    read = person.objects.get(name__isnull=True)
    assert (read.name, read.phone) == (None, "")


def test_updates_in_bulk_are_sealed_too(person):
    made = person.objects.create(phone="1")
    person.objects.filter(pk=made.pk).update(phone="13800000000")
    assert b"138" not in raw(made)
    made.phone = "13900000000"
    person.objects.bulk_update([made], ["phone"])
    assert b"139" not in raw(made)
    assert person.objects.get().phone == "13900000000"


@pytest.mark.parametrize("lookup", ["phone", "phone__exact", "phone__contains", "phone__in", "phone__length"])
def test_looking_for_it_is_refused_with_the_way_out(person, lookup):
    with pytest.raises(FieldError, match="encrypted"):
        person.objects.filter(**{lookup: "13800000000"}).count()


def test_a_value_copied_to_another_column_does_not_open(person):
    made = person.objects.create(name="张三", phone="13800000000")
    person.objects.filter(pk=made.pk).update(name=models.F("phone"))
    with pytest.raises(CannotOpen):
        person.objects.get(pk=made.pk)


def test_a_changed_byte_does_not_open(person):
    made = person.objects.create(phone="13800000000")
    sealed = bytearray(raw(made))
    sealed[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_sealedperson SET phone = %s WHERE id = %s", [bytes(sealed), made.pk])
    with pytest.raises(CannotOpen):
        person.objects.get(pk=made.pk)


def test_dumpdata_does_not_write_it_in_the_clear(person):
    person.objects.create(phone="13800000000")
    with pytest.raises(FieldError, match="encrypted"):
        serializers.serialize("json", person.objects.all())


@isolate_apps("onegrid.kit")
def test_what_cannot_work_is_found_by_the_checks():
    class Wrong(models.Model):
        phone = EncryptedTextField(unique=True)

        class Meta:
            app_label = "kit"

    assert [found.id for found in Wrong._meta.get_field("phone").check()] == ["kit.E001"]


@isolate_apps("onegrid.kit")
def test_a_renamed_column_still_opens_its_old_values(ring):
    class Before(models.Model):
        phone = EncryptedTextField()

        class Meta:
            app_label = "kit"

    class After(models.Model):
        mobile = EncryptedTextField(sealed_as="kit.before.phone")

        class Meta:
            app_label = "kit"

    sealed = Before._meta.get_field("phone").get_db_prep_value("13800000000", connection)
    renamed = After._meta.get_field("mobile")
    assert renamed.from_db_value(bytes(sealed.obj), None, connection) == "13800000000"
    assert renamed.clone().sealed_as == "kit.before.phone"
