"""A text column nobody can read without the key ring: not in a dump, not by SQL."""

from typing import Any, NoReturn

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models

from onegrid.kit.crypto.ring import current_ring
from onegrid.kit.crypto.sealing import seal, unseal


class EncryptedTextField(models.TextField):
    """Text sealed on the way into the database and opened on the way out; None stays NULL.

    It cannot be searched or sorted (only `__isnull`): for look-up keep `blind_index(text, purpose)` in a CharField
    beside it. A value opens only in its own column, "room.model.field"; when a model or field is renamed, give the
    old name as `sealed_as`. Reading a value that was changed, or whose key is gone, raises `CannotOpen`.
    """

    def __init__(self, *args: Any, sealed_as: str | None = None, **options: Any) -> None:
        self.sealed_as = sealed_as
        super().__init__(*args, **options)

    @property
    def label(self) -> str:
        """What ties a value to its column."""
        return self.sealed_as or f"{self.model._meta.label_lower}.{self.name}"

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        if self.sealed_as is not None:
            options["sealed_as"] = self.sealed_as
        return name, "onegrid.kit.crypto.fields.EncryptedTextField", args, options

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        found = list(super().check(**options))
        if self.unique or getattr(self, "db_index", False) or self.primary_key:
            found.append(
                checks.Error(
                    "An encrypted field cannot be unique or indexed: equal texts are stored as different bytes.",
                    hint="Put a blind_index() beside it.",
                    obj=self,
                    id="kit.E001",
                )
            )
        return found

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        text = value if prepared else self.get_prep_value(value)
        if text is None:
            return None
        return connection.Database.Binary(seal(text, self.label, current_ring()))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(bytes(value), self.label, current_ring())

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise FieldError(f"{self.label} is encrypted: dumpdata would write it in the clear. Use pg_dump.")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(
            f"{self.label} is encrypted and cannot be looked up by {lookup_name!r} (only isnull): "
            "keep blind_index(text, purpose) beside it and look for that."
        )

    def get_transform(self, lookup_name: str) -> NoReturn:
        raise FieldError(f"{self.label} is encrypted: {lookup_name!r} does not apply to it.")
