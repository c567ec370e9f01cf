"""Datasets on object stores: ``s3://bucket/path``, on anything that speaks S3's protocol.

Where and who comes from the usual variables: ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_SESSION_TOKEN``,
``AWS_REGION``, and ``AWS_ENDPOINT_URL`` for a store that is not Amazon's.
"""

import os
import re
from typing import TYPE_CHECKING

from twin.errors import DatasetError

if TYPE_CHECKING:
    from zarr.abc.store import Store

SCHEME = "s3"
URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<bucket>[^/]*)/?(?P<path>.*)")
RETRIES = 5
"""Over about three seconds; an address that nobody answers at is told soon."""


def is_url(location: object) -> bool:
    """Whether a location is meant as a URL, not as a folder."""
    return isinstance(location, str) and URL.fullmatch(location) is not None


def open_store(url: str, *, read_only: bool) -> "Store":
    """The Zarr store that a URL names. Raises ``DatasetError`` for another scheme, or without ``obstore``."""
    match = URL.fullmatch(url)
    scheme, bucket, path = match.group("scheme", "bucket", "path") if match else ("", "", "")
    if scheme != SCHEME:
        raise DatasetError(f"{url}: give a folder, {SCHEME}://bucket/path, or a zarr Store object")
    if not bucket or not path.strip("/"):
        raise DatasetError(f"{url}: should name a bucket and a path in it, such as {SCHEME}://bucket/warehouse.zarr")
    try:
        from obstore.store import S3Store
        from zarr.storage import ObjectStore
    except ImportError as error:
        raise DatasetError(f"{url}: object stores need obstore: pip install 'factory-twin[s3]'") from error
    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    store = S3Store(
        bucket,
        prefix=path.strip("/"),
        client_options={"allow_http": True} if plain else None,
        retry_config={"max_retries": RETRIES},
    )
    return ObjectStore(store, read_only=read_only)


def is_failure(error: Exception) -> bool:
    """Whether an error is the store's: it refused, or could not be reached."""
    return type(error).__module__.partition(".")[0] == "obstore"


def reason(error: Exception) -> str:
    """What it says, in a line: the client adds the server's whole answer and its own internals."""
    text = str(error).partition("\n")[0]
    for word, meaning in MEANINGS.items():
        if word in str(error):
            return f"{meaning} ({text[:LONGEST]})"
    return text[:LONGEST]


LONGEST = 160
MEANINGS = {
    "NoSuchBucket": "there is no such bucket",
    "InvalidAccessKeyId": "the access key is unknown",
    "SignatureDoesNotMatch": "the secret key is wrong",
    "AccessDenied": "the store does not allow it",
    "error sending request": "the store cannot be reached",
}
