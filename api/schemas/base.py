"""What every read model is made of."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

JsonObject = dict[str, object]


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Window(View):
    opens: datetime
    closes: datetime


class Place(View):
    lat: float
    lon: float
