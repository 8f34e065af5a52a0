"""Fields encrypted at rest, keyed look-up values, masks. What it protects against: docs/privacy.md."""

from onegrid.kit.crypto.blind import BLIND_INDEX_LENGTH, blind_index
from onegrid.kit.crypto.fields import EncryptedTextField
from onegrid.kit.crypto.masking import mask_address, mask_citizen_id, mask_name, mask_phone, mask_plate
from onegrid.kit.crypto.sealing import CannotOpen

__all__ = [
    "BLIND_INDEX_LENGTH",
    "CannotOpen",
    "EncryptedTextField",
    "blind_index",
    "mask_address",
    "mask_citizen_id",
    "mask_name",
    "mask_phone",
    "mask_plate",
]
