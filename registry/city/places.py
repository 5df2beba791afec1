"""Where the city lies: wards, postcodes, streets, addresses, and the places where many live.

The postcodes are of areas that Royal Mail has never used (BY for the city, BU for its neighbours): right in shape, and
nobody's. BX would not do, since it stands for organisations without a place. The grid puts everything in the North
Sea, and ward codes begin at E05900000, far above the real ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

CITY, NEIGHBOUR = "BY", "BU"
TOWN, NEIGHBOUR_TOWN = "Exchester", "Nethermere"
WARDS_IN_A_DISTRICT = 10
HOUSEHOLDS_IN_A_POSTCODE = 6
POSTCODES_AT_ONCE = 12
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
ORIGIN = (600_000, 420_000)
WARD_FIRST = (
    "Alder Apple Ash Beacon Birch Bourn Brindle Cannon Cherry Cob Copper Crane Dove Elder Falcon Fern Foundry Glebe"
    " Hart Hazel Heron High Hollin Kiln Lark Lime Maple Meadow Mill Moor Nether Oak Orchard Plover Quarry Raven Rowan"
    " Saltwell Silver Skylark Spinney Swan Thistle Thorn Union Upper Weaver Whin Willow Wren"
).split()
WARD_LAST = (
    "brook dale field ford gate green grove ham heath hill lands ley mead mere moor ridge side ton vale wood".split()
)
STREET_FIRST = (
    "Acorn Albert Alma Anchor Arden Aspen Avon Balmoral Bankside Barley Beech Bell Bluebell Bramble Bridge Broad Brook"
    " Buttercup Canal Castle Cedar Chapel Chestnut Church Clarence Clover Coppice Cornfield Cotton Cromwell Crown"
    " Daffodil Dairy Darwin Duke Dyers Elgar Ferry Field Finch Fountain Foxglove Gas Gladstone Glover Grange Grove"
    " Hampton Harvest Hawthorn Heath Hillside Holly Ironbridge Ivy Jubilee Juniper Kestrel King Laburnum Lavender"
    " Linden Lockside Long Lord Magnolia Malvern Manor Market Marlborough Mayfield Metchley Montague Mulberry Napier"
    " Nelson New Northfield Oakfield Old Orchard Osier Paget Park Parsonage Pear Peel Plane Poplar Primrose Priory"
    " Queen Railway Rectory Redwood Regent River Rosemary Russet Saddler Salisbury Sedge Shire Snowdrop Somerset"
    " Southgate Spring Station Stour Summer Sycamore Tanners Teal Tenby Tern Trafalgar Tudor Vicarage Victoria Vine"
    " Walnut Waterloo Wellington Westgate Wharf Wheat Whitmore William Windmill Windsor Worcester Yew York"
).split()
STREET_LAST = (
    "Road Road Road Road Street Street Street Avenue Avenue Close Close Lane Drive Drive Grove Crescent Way Gardens"
    " Place Terrace Court Walk Rise Hill Mews Row"
).split()
HOTELS = ("Beacon Lodge Hotel", "The Wayfarer", "Station Hotel", "Parkway Inn", "Grand Union Hostel", "The Anchorage")
HOMES = ("Larkfield House", "Rowan Lodge", "The Hollies", "Beech View")


@dataclass(frozen=True)
class Ward:
    """A ward: its name and code, and the part of the postcode that all its homes share."""

    code: str
    name: str
    sector: str
    easting: int
    northing: int
    town: str = TOWN


@dataclass(frozen=True, slots=True)
class Address:
    """One address, in the columns of the table of addresses."""

    saon: str
    paon: str
    street: str
    postcode: str
    ward: Ward
    easting: int
    northing: int
    kind: str = "household"
    uprn: int | None = None

    def values(self) -> tuple[object, ...]:
        """In the order of `rows.TABLES`, without the id."""
        ward = self.ward
        return (
            self.saon,
            self.paon,
            self.street,
            "" if self.kind != "household" else ward.name,
            ward.town,
            "",
            self.postcode,
            self.uprn,
            self.easting,
            self.northing,
            ward.code,
            ward.name,
            self.kind,
        )


@dataclass
class Homes:
    """The homes of one ward, each given out once, from a dozen postcodes at a time so that neighbours do not queue."""

    ward: Ward
    rng: Random
    uprn: int
    _left: list[Address] = field(default_factory=list)
    _postcodes: int = 0
    _streets: list[str] = field(default_factory=list)

    def take(self) -> Address:
        """A home that nobody has lived in yet."""
        while len(self._left) < POSTCODES_AT_ONCE * HOUSEHOLDS_IN_A_POSTCODE:
            self._left += self._next_postcode()
        place = self.rng.randrange(len(self._left))
        self._left[place], self._left[-1] = self._left[-1], self._left[place]
        return self._left.pop()

    def postcode(self) -> str:
        """A postcode that has not been used, for an institution."""
        number, self._postcodes = self._postcodes, self._postcodes + 1
        return f"{self.ward.sector}{INWARD_LETTERS[number // 20 % 20]}{INWARD_LETTERS[number % 20]}"

    def _next_postcode(self) -> list[Address]:
        """The homes of a new postcode: a run of houses in a street, or now and then a block of flats."""
        rng, postcode = self.rng, self.postcode()
        if not self._streets:
            self._streets = [f"{first} {rng.choice(STREET_LAST)}" for first in rng.sample(STREET_FIRST, 60)]
        street = self._streets[self._postcodes % len(self._streets)]
        along = 1 + 2 * HOUSEHOLDS_IN_A_POSTCODE * 4 * (self._postcodes // len(self._streets))
        easting = self.ward.easting + rng.randint(-700, 700)
        northing = self.ward.northing + rng.randint(-700, 700)
        flats = rng.random() < 0.18
        block = f"{rng.choice(STREET_FIRST)} {rng.choice(('House', 'Court', 'Tower', 'Point'))}" if flats else ""
        made = []
        for place in range(HOUSEHOLDS_IN_A_POSTCODE):
            self.uprn += 1
            number = along + 2 * rng.randint(4 * place, 4 * place + 3)
            made.append(
                Address(
                    saon=f"Flat {place * 4 + rng.randint(1, 4)}" if flats else "",
                    paon=block or str(number),
                    street=street,
                    postcode=postcode,
                    ward=self.ward,
                    easting=easting,
                    northing=northing,
                    uprn=self.uprn,
                )
            )
        return made


def wards_of_district(rng: Random, district: int, wanted: int) -> list[Ward]:
    """The first `wanted` wards of a district, with names that no other ward of the city bears."""
    made = []
    for place in range(wanted):
        number = district * WARDS_IN_A_DISTRICT + place
        outward, sector = divmod(number, 10)
        area = CITY if outward < 99 else "BW"
        across, up = district % 10, district // 10
        made.append(
            Ward(
                code=f"E05{900_001 + number:06}",
                name=_ward_name(number),
                sector=f"{area}{outward % 99 + 1} {sector}",
                easting=ORIGIN[0] + 9_000 * across + 1_500 * (place % 4) + rng.randint(-300, 300),
                northing=ORIGIN[1] + 6_000 * up + 1_500 * (place // 4) + rng.randint(-300, 300),
            )
        )
    return made


def neighbouring_ward(district: int) -> Ward:
    """A ward across the border, from which some children come to the district's schools."""
    outward, sector = divmod(district, 10)
    easting, northing = ORIGIN[0] - 6_000, ORIGIN[1] + 6_000 * (district // 10)
    code, name = f"E05{990_001 + district:06}", f"Nether {_ward_name(7 * district + 3)}"
    return Ward(code, name, f"{NEIGHBOUR}{outward % 99 + 1} {sector}", easting, northing, town=NEIGHBOUR_TOWN)


def institution(homes: Homes, name: str, kind: str, street: str) -> Address:
    """A hotel, refuge, home or boarding house, in a postcode of its own. A refuge gives no street."""
    ward = homes.ward
    return Address("", name, street, homes.postcode(), ward, ward.easting, ward.northing, kind)


def _ward_name(number: int) -> str:
    """Each number has a name of its own: the halves run through each other at different paces."""
    first, last = WARD_FIRST[number % len(WARD_FIRST)], WARD_LAST[(number * 7 + number // len(WARD_FIRST)) % 20]
    again = number // (len(WARD_FIRST) * 20)
    return f"{first}{last}" + (f" {('North', 'South', 'East', 'West')[again % 4]}" if again else "")
