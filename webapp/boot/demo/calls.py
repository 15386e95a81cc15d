"""The demo's contests: one in each phase, with their briefs and products. Days are counted from today."""

from dataclasses import dataclass
from typing import Any

from contests import specs
from contests.phases import Phase

NATURAL, BLACK, NAVY, WHITE, GREEN = "#F3EAD7", "#17151C", "#1D2A4D", "#FFFFFF", "#0A7550"
TEES = ("sleeping_fox", "moon_moth", "jelly_lamp", "tide_sun", "radio_shell", "equaliser_peaks", "vinyl_planet",
        "mic_bouquet", "tape_hills", "neon_cactus", "tour_list")  # fmt: skip
TOTES = ("plane_stars", "slogan", "checker_swell", "type_ring")
POSTERS = ("whale_light", "night_train", "moon_water", "signal_tower")


@dataclass(frozen=True)
class Call:
    """A contest of the demo. `dates` are (days from today, hour) by the columns of the contest."""

    phase: Phase
    slug: str
    title: str
    prize: str
    brief: str
    preset: str
    products: tuple[dict[str, Any], ...]
    dates: dict[str, tuple[int, int]]
    styles: tuple[str, ...] = ()
    designs: int = 0
    hearts: int = 5
    shortlist: int = 6
    fee_minor: int = 30000
    method: str = "approval"
    final_method: str = "approval"


def _piece(kind: str, title: str, price_minor: int, *colours: str, inks: int | None = 4) -> dict[str, Any]:
    chosen = [{"name": specs.COLOURS[colour], "hex": colour} for colour in colours]
    return specs.product(kind) | {
        "title": title,
        "price_minor": price_minor,
        "colours": chosen,
        "max_inks": inks,
    }


CALLS = (
    Call(
        Phase.VOTING,
        "low-tide-tour-tee",
        "The Low Tide tour tee",
        "Your design on the tour tee, 400 euros, 8 percent of each shirt, and two places on every guest list",
        "In spring we sail, literally: eleven harbours, one old ferry. We need **the shirt of this tour**.\n\n"
        "Think of the transmitter on the cover, of what crawls out when the water is gone, of staying up for a "
        "song that may or may not come through.\n\n"
        "- At most four inks, and think of dark cloth\n"
        "- “Low Tide Radio” or our name somewhere, as small as you like\n"
        "- No photographs, and nothing that belongs to somebody else\n\n"
        "Surprise me. The best shirt we ever sold was a drawing of a kettle.",
        "tee",
        (_piece("tee", "Tour tee", 3200, BLACK, NATURAL),),
        {
            "opens_at": (-25, 12),
            "critique_at": (-7, 12),
            "voting_at": (-3, 12),
            "picking_at": (5, 20),
            "decide_by": (19, 20),
        },
        TEES,
        24,
        fee_minor=40000,
    ),
    Call(
        Phase.PICKING,
        "night-ferry-poster",
        "Night ferry poster",
        "Printed in A2, sold on the whole tour, 300 euros, and number 1 of the edition for your wall",
        "One poster for eleven nights. It hangs at the pier, in the rain, next to the timetable, and has to win "
        "against both.\n\n"
        "**Night, water, a light that moves.** A2, upright, as many colours as you like. Leave a quiet strip at "
        "the foot: the harbour's name is stamped in by hand.",
        "poster",
        (_piece("poster", "Tour poster", 1900, WHITE, inks=None),),
        {"opens_at": (-44, 12), "voting_at": (-13, 12), "picking_at": (-1, 20), "decide_by": (12, 20)},
        (*POSTERS, "vinyl_planet", "equaliser_peaks", "plane_stars"),
        14,
    ),
    Call(
        Phase.DECIDED,
        "club-tee",
        "The club tee",
        "A run of 150, 300 euros, 8 percent of each shirt, your name on the neck label",
        "For the small rooms, where you can see who sings along. A shirt for **the people in the first three "
        "rows**: warm, a bit odd, made to be read from two metres.\n\n"
        "Up to four inks. It will be printed by hand, so happy accidents are welcome.",
        "tee",
        (_piece("tee", "Club tee", 2900, BLACK, NATURAL),),
        {
            "opens_at": (-86, 12),
            "critique_at": (-60, 12),
            "voting_at": (-56, 12),
            "picking_at": (-46, 20),
            "decide_by": (-34, 20),
        },
        TEES,
        14,
    ),
    Call(
        Phase.FINAL,
        "winter-hoodie",
        "Winter hoodie",
        "Your design on our first hoodie, 350 euros and 8 percent of each piece",
        "It is minus eighteen on the quay and somebody has to coil the ropes. We want **a hoodie you put on "
        "first thing**.\n\n"
        "One strong picture for the chest, up to four inks, on black. Animals, instruments, weather: all fine. "
        "The fans' six favourites go into a second round.",
        "open",
        (_piece("hoodie", "Winter hoodie", 5900, BLACK),),
        {
            "opens_at": (-40, 12),
            "voting_at": (-14, 12),
            "final_at": (-2, 18),
            "picking_at": (4, 20),
            "decide_by": (18, 20),
        },
        ("moon_moth", "sleeping_fox", "tape_hills", "jelly_lamp", "mic_bouquet", "neon_cactus"),
        10,
        fee_minor=35000,
        final_method="schulze-wv",
    ),
    Call(
        Phase.CRITIQUE,
        "harbour-bag",
        "A bag for the harbour market",
        "Your bag in every shop of the label, 250 euros and 8 percent of each piece",
        "Big enough for records, honest enough for fish. **A tote for the harbour market**, two or three inks "
        "on natural cotton.\n\nWords welcome: a line from a song, a line from you. This is the week of the last "
        "polish: say what could be better, and put up new versions until the vote.",
        "open",
        (_piece("tote", "Harbour bag", 1800, NATURAL, inks=3),),
        {
            "opens_at": (-20, 12),
            "critique_at": (-1, 12),
            "voting_at": (4, 18),
            "picking_at": (12, 20),
            "decide_by": (24, 20),
        },
        (*TOTES, "tide_sun", "radio_shell"),
        12,
        fee_minor=25000,
    ),
    Call(
        Phase.SUBMITTING,
        "songbook-cover",
        "A cover for the songbook",
        "On the cover of 500 songbooks, as a print in every shop, 300 euros, and ten copies for you",
        "Eleven songs with chords, so that you can play them on your own pier. The cover becomes **a print, "
        "too**.\n\nDraw the place where you listen. A kitchen, a tram, a jetty, the inside of a coat. Upright, "
        "any number of colours. Letters by hand are loved.",
        "poster",
        (_piece("poster", "Songbook print", 1900, NATURAL, inks=None),),
        {
            "opens_at": (-8, 12),
            "critique_at": (8, 12),
            "voting_at": (10, 18),
            "picking_at": (18, 20),
            "decide_by": (32, 20),
        },
        ("moon_water", "plane_stars", "radio_shell", "signal_tower", "sleeping_fox", "whale_light", "tape_hills"),
        12,
    ),
    Call(
        Phase.UPCOMING,
        "lightship-flag",
        "A flag for the lightship",
        "Sewn full size for the ship, printed as a poster for you, 500 euros",
        "The ferry gets a flag. It must be read at two sea miles by somebody who is already a little lost.\n\n"
        "**Three colours at most, no words.** Draw it flat; the wind does the rest.",
        "poster",
        (_piece("poster", "Flag print", 1900, WHITE, inks=3),),
        {"opens_at": (3, 12), "voting_at": (24, 12), "picking_at": (31, 20), "decide_by": (45, 20)},
        fee_minor=50000,
    ),
    Call(
        Phase.LAPSED,
        "demo-tape-sleeve",
        "Sleeve for the demo tapes",
        "Your sleeve on fifty tapes, and one of them",
        "Fifty cassettes from before anybody knew us. They deserve a sleeve at last.\n\nTwo inks, one idea.",
        "open",
        (_piece("tote", "Tape pouch", 1200, NATURAL, inks=2),),
        {"opens_at": (-118, 12), "voting_at": (-100, 12), "picking_at": (-93, 20), "decide_by": (-80, 20)},
        ("tape_hills", "slogan", "checker_swell"),
        5,
        shortlist=3,
        fee_minor=0,
    ),
    Call(
        Phase.CANCELLED,
        "beach-towel",
        "Beach towel",
        "200 euros and the first towel from the loom",
        "Stripes are taken. **What else can a towel say?** Woven, two colours, big shapes.",
        "open",
        (_piece("tote", "Beach towel", 3500, NATURAL, NAVY, inks=2),),
        {"opens_at": (-15, 12), "voting_at": (6, 12), "picking_at": (13, 20), "decide_by": (27, 20)},
        ("tide_sun", "checker_swell", "moon_water"),
        3,
        fee_minor=20000,
    ),
    Call(
        Phase.DRAFT,
        "crew-shirt",
        "A shirt for the crew",
        "For those who carry the amplifiers: a shirt, and our thanks",
        "The crew has worn the same shirts since the first tour. Something with big pockets of colour, and the "
        "word CREW that one can find in the dark. *(Selma: do we do long sleeves?)*",
        "tee",
        (_piece("tee", "Crew shirt", 2500, BLACK, GREEN),),
        {"opens_at": (9, 12), "voting_at": (30, 12), "picking_at": (37, 20), "decide_by": (51, 20)},
    ),
)

FOREST_TEE = Call(
    Phase.UPCOMING,
    "forest-tee",
    "Our first shirt",
    "A shirt, 150 euros, and a concert under a tree of your choice",
    "Four instruments, one forest. **Draw what you hear when we stop playing.**\n\nOne or two inks on green cloth.",
    "tee",
    (_piece("tee", "Forest tee", 2700, GREEN, inks=2),),
    {"opens_at": (6, 12), "voting_at": (27, 12), "picking_at": (34, 20), "decide_by": (48, 20)},
    fee_minor=15000,
)

GROVE_POSTER = Call(
    Phase.VOTING,
    "grove-poster",
    "A poster for the grove",
    "Printed in A2 for every concert under trees, and 200 euros",
    "We play where there is no power. **Draw the hour between light and dark**, upright, any number of colours.",
    "poster",
    (_piece("poster", "Grove poster", 1700, NATURAL, inks=None),),
    {"opens_at": (-30, 12), "voting_at": (-2, 12), "picking_at": (9, 20), "decide_by": (20, 20)},
    POSTERS,
    9,
    fee_minor=20000,
    method="star",
)

BARK_TOTE = Call(
    Phase.VOTING,
    "bark-tote",
    "A tote for sheet music",
    "Your tote at every concert, 150 euros, and one for each of your friends",
    "Wide enough for scores, strong enough for a thermos. **One or two inks on natural cotton.**",
    "open",
    (_piece("tote", "Sheet music tote", 1600, NATURAL, inks=2),),
    {"opens_at": (-28, 12), "voting_at": (-1, 12), "picking_at": (10, 20), "decide_by": (21, 20)},
    TOTES,
    8,
    fee_minor=15000,
    method="bradley-terry",
)
