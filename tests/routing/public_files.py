"""Small public files, written out."""

SOLOMON = """TINY

VEHICLE
NUMBER     CAPACITY
  {vehicles}         10

CUSTOMER
CUST NO.  XCOORD.    YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

    0      0          0          0          0       100          0
    1      3          4          6          0        50          2
    2      0          5          5         20        60          2
    3      1          1          4         {opens}        {closes}          {service}
"""

ORTEC = """NAME : TINY
COMMENT : ORTEC
TYPE : VRPTW
DIMENSION : 3
EDGE_WEIGHT_TYPE : EXPLICIT
VEHICLES : 1
EDGE_WEIGHT_FORMAT : FULL_MATRIX
CAPACITY : 10
EDGE_WEIGHT_SECTION
0\t7\t9
5\t0\t{leg}
4\t3\t0
DEMAND_SECTION
1\t0
2\t6
3\t6
DEPOT_SECTION
1
-1
SERVICE_TIME_SECTION
1\t0
2\t2
3\t2
TIME_WINDOW_SECTION
1\t0\t100
2\t0\t50
3\t0\t50
EOF
"""

VRPLIB = """NAME: TINY
TYPE: {kind}
EDGE_WEIGHT_TYPE: EUC_2D
DIMENSION: 3
VEHICLES: 2
CAPACITY: 10
SERVICE_TIME: 2
NODE_COORD_SECTION
1\t0\t0
2\t3\t4
3\t0\t5
DEMAND_SECTION
1\t0
2\t6
3\t5
{more}DEPOT_SECTION
1
-1
EOF
"""
WINDOWS = "TIME_WINDOW_SECTION\n1\t0\t100\n2\t0\t50\n3\t20\t60\n"
RELEASES = "RELEASE_TIME_SECTION\n1\t0\n2\t30\n3\t0\nVEHICLES_RELOAD_DEPOT_SECTION\n1\t1\n2\t1\n"
PRIZES = "PRIZE_SECTION\n1\t0\n2\t3\n3\t50\n"

LILIM = """2\t10\t1
0\t0\t0\t0\t0\t100\t0\t0\t0
1\t3\t4\t6\t0\t50\t2\t0\t{delivery}
2\t0\t5\t-6\t0\t60\t2\t1\t0
"""


def solomon(vehicles: int = 3, opens: str = "0", closes: str = "90", service: str = "2") -> str:
    return SOLOMON.format(vehicles=vehicles, opens=opens, closes=closes, service=service)


def ortec(leg: str = "2") -> str:
    return ORTEC.format(leg=leg)


def vrplib(more: str = WINDOWS, kind: str = "VRPTW") -> str:
    return VRPLIB.format(more=more, kind=kind)


def lilim(delivery: int = 2) -> str:
    return LILIM.format(delivery=delivery)
