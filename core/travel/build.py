"""From an OSM extract to a road graph on disk: what `tenfour roads build` does."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core.errors import NotReady
from core.travel.cch import Hierarchy
from core.travel.graph import FORMAT, graph_of
from core.travel.pbf import read_extract
from core.travel.roads import hierarchy_folder


@dataclass(frozen=True, slots=True)
class BuiltRoads:
    """What a build made."""

    artefact: Path
    nodes: int
    arcs: int
    streets: int
    map_date: str
    digest: str


def build_roads(pbf: Path, out: Path, progress: Callable[[str], None] | None = None) -> BuiltRoads:
    """Make the road graph `out` (.npz), with its hierarchy beside it; the same bytes every time.

    `progress` is told each step before it begins.
    """
    tell = progress or _silent
    if not pbf.is_file():
        raise NotReady(f"there is no file {pbf}; give the path of an .osm.pbf extract")
    tell(f"reading {pbf.name}")
    extract = read_extract(pbf)
    tell(f"joining {len(extract.ways)} ways")
    graph = graph_of(extract)
    tell(f"preparing {graph.nodes} nodes and {graph.arcs} arcs")
    hierarchy = Hierarchy.build(graph)
    tell(f"writing {out.name}")
    graph.save(out)
    hierarchy.save(hierarchy_folder(out, graph))
    return BuiltRoads(
        out, graph.nodes, graph.arcs, len(graph.streets), graph.map_date, graph.digest()
    )


def ensure_roads(pbf: Path, cache: Path, progress: Callable[[str], None] | None = None) -> Path:
    """Return the graph of an extract from `cache`, building it when this content is new there."""
    if not pbf.is_file():
        raise NotReady(f"there is no file {pbf}; give the path of an .osm.pbf extract")
    content = sha256(pbf.read_bytes()).hexdigest()[:16]
    out = cache / f"{pbf.name.removesuffix('.pbf').removesuffix('.osm')}-{content}-v{FORMAT}.npz"
    if not out.is_file():
        build_roads(pbf, out, progress)
    return out


def _silent(step: str) -> None:
    del step
