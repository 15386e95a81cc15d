"""The catalogue: every style with its product, wording, title and alt text, and the "
"drawing of one design."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from . import scenes_animals as animals
from . import scenes_band as band
from . import scenes_land as land
from . import scenes_sea as sea
from . import scenes_words as lettered
from .press import Press

ARTIST = "Aino Kuu & The Tidewater"
ALBUM = "Low Tide Radio"
Product = Literal["tee", "tote", "poster"]

SHORT = ("LOW TIDE RADIO", "TUNED TO THE MOON", "SALT IN THE SIGNAL", "LAST FERRY HOME", "AINO KUU")
STACKS = (
    "THE TIDE / KNOWS / MY NAME",
    "LOW / TIDE / RADIO",
    "LEAVE THE / RADIO ON / FOR ME",
    "SLOW / BOATS / LOUD / SONGS",
    "MOON / FIRST / THEN US",
    "HOME IS / A SMALL / HARBOUR",
)
RINGS = (
    "LOW TIDE RADIO / AINO KUU / TIDEWATER",
    "TUNED TO THE MOON / LOW TIDE / AINO KUU",
    "KEEP THE LIGHT ON / SALT SIGNAL / AINO KUU",
)


@dataclass(frozen=True)
class Style:
    """One kind of design: what draws it, on what it is sold, and how it is put into words.

    ``alt`` may name {warm}, {cool}, {line}, {shade}, {ground} (colour words) and {words} (the lettering).
    """

    product: Product
    scene: Callable[[Press, str], None]
    words: tuple[str, ...]
    titles: tuple[str, ...]
    alt: str
    description: str

    def title(self, seed: int) -> str:
        """A title of at most 60 characters."""
        return self.titles[seed % len(self.titles)]


STYLES: dict[str, Style] = {
    "tide_sun": Style(
        "tee",
        sea.tide_sun,
        SHORT,
        ("Sun Goes Under", "Half Past High Water", "Evening Tide"),
        "A half sun with alternating {warm} and {line} rays sinks into bands of {cool} waves; "
        "below it the words {words}.",
        "The last ten minutes of a day at the shore, pressed into four flat inks.",
    ),
    "moon_moth": Style(
        "tee",
        animals.moon_moth,
        SHORT,
        ("Moon Moth", "Night Visitor", "Wings for the Late Bus"),
        "A large symmetrical moth with {line} and {warm} wings, round eye spots and {cool} lower "
        "wings with long tails, under a crescent moon. "
        "Lettering: {words}.",
        "It came to the porch lamp while the record was playing. Halftone shading on the tails.",
    ),
    "tape_hills": Style(
        "tee",
        land.tape_hills,
        ("LOW TIDE RADIO", "SIDE A: THE TIDE", "AINO KUU"),
        ("Unspooled Coast", "Side A Hills", "Tape Landscape"),
        "A {cool} cassette labelled {words}; its tape runs out on both sides and turns into "
        "stacked hill lines before a {warm} sun.",
        "The tape ran out and the landscape kept playing.",
    ),
    "vinyl_planet": Style(
        "tee",
        band.vinyl_planet,
        ("LOW TIDE", "SIDE B", "33 MOONS"),
        ("Long Player Orbit", "Planet Side B", "Grooves of Saturnia"),
        "A {warm} planet shaded with halftone dots; a tilted vinyl record circles it as a ring "
        "among small stars. Lettering: {words}.",
        "A world that turns thirty-three times a minute.",
    ),
    "type_ring": Style(
        "tote",
        lettered.type_ring,
        RINGS,
        ("Round and Round", "Ring of Words", "Spoken Tide"),
        "Three rings of rounded capitals in {line}, {warm} and {cool} circle a small moon over "
        "waves. The rings read {words}.",
        "Words that go round like a record; made for a tote.",
    ),
    "night_train": Style(
        "poster",
        land.night_train,
        ("NIGHT TRAIN TO THE HARBOUR", "AINO KUU + THE TIDEWATER", "LAST TRAIN LOW TIDE"),
        ("Night Train", "Last Train North", "Viaduct at Midnight"),
        "Poster: a train with lit {warm} windows crosses a stone viaduct in front of a huge "
        "moon, hills and dark pines. "
        "At the foot: {words}.",
        "The train home after the show. Printed on {ground} paper in four inks.",
    ),
    "neon_cactus": Style(
        "tee",
        land.neon_cactus,
        SHORT,
        ("Neon Cactus", "Dry Dock Motel", "Desert Harbour"),
        "A cactus drawn as {cool} and {line} neon tubes stands before a striped {warm} sun with "
        "a few sharp stars. Lettering: {words}.",
        "From the motel where the tour van broke down.",
    ),
    "whale_light": Style(
        "poster",
        animals.whale_light,
        ("KEEP THE HARBOUR LIGHT ON", "LOW TIDE RADIO", "AINO KUU + THE TIDEWATER"),
        ("Whale and Lighthouse", "The Light Moved", "Carry Me In"),
        "Poster: a {cool} whale carries a striped lighthouse on its back over the waves; two "
        "beams cross a starry {ground} sky. "
        "Words: {words}.",
        "Some lighthouses come to you.",
    ),
    "equaliser_peaks": Style(
        "tee",
        land.equaliser_peaks,
        SHORT,
        ("Equaliser Peaks", "Loud Mountains", "Level Meter Lake"),
        "Columns of {cool}, {line} and {warm} level-meter segments form a mountain range, "
        "mirrored in water below a dotted sun. "
        "Lettering: {words}.",
        "The loudest part of the set as seen from the lake.",
    ),
    "checker_swell": Style(
        "tote",
        lettered.checker_swell,
        ("LOW TIDE", "HIGH WATER", "TIDEWATER"),
        ("Checker Swell", "Ground Swell", "Something Under the Floor"),
        "A checkerboard in {line} and {shade} bulges into a {warm} and {cool} ball in the "
        "middle. In large letters below: {words}.",
        "The dance floor, moments before the chorus.",
    ),
    "mic_bouquet": Style(
        "tee",
        band.mic_bouquet,
        SHORT,
        ("Bouquet of Microphones", "Flowers for the Singer", "Say It With Feedback"),
        "Five stage microphones in {warm} and {cool} tied together like flowers with a {warm} "
        "ribbon. Lettering: {words}.",
        "For the singer who gets flowers every night.",
    ),
    "plane_stars": Style(
        "tote",
        band.plane_stars,
        SHORT,
        ("Paper Plane Atlas", "Letters to Orbit", "Folded Sky"),
        "Two folded paper planes leave a dashed looping trail below a constellation of {line} "
        "stars joined by {cool} lines. "
        "Lettering: {words}.",
        "Every song you sent that never got an answer.",
    ),
    "sleeping_fox": Style(
        "tee",
        animals.sleeping_fox,
        SHORT,
        ("Sleeping Fox", "Quiet Side of the Island", "Fox at Low Tide"),
        "A {warm} fox curled up asleep in a circle, its {line} tail tip beside its face, under a "
        "thin moon. Lettering: {words}.",
        "The fox behind the stage slept through the whole soundcheck.",
    ),
    "slogan": Style(
        "tote",
        lettered.slogan,
        STACKS,
        ("Said Out Loud", "Stacked Words", "Big Letters, Small Boat"),
        "Hand-built rounded capitals fill the whole width in {warm}, {cool} and {line} with a "
        "drop shadow, over two wave lines. "
        "They read {words}.",
        "A line from the album, big enough to read across the street.",
    ),
    "tour_list": Style(
        "tee",
        lettered.tour_list,
        ("LOW TIDE RADIO TOUR", "HARBOUR TOUR"),
        ("Harbour Tour Back Print", "Every Port", "Eight Nights"),
        "Back print: the name AINO KUU in an arch above a small {warm} moon on waves, then eight "
        "tour dates with harbour names "
        "in {line}. At the foot: {words}.",
        "The list you point at when somebody asks which night you were there.",
    ),
    "radio_shell": Style(
        "tee",
        sea.radio_shell,
        SHORT,
        ("Radio Shell", "Hold It to Your Ear", "Shell Speaker"),
        "A {warm} scallop shell shaded with {cool} dots sends out arcs of sound from its rim "
        "like a loudspeaker. Lettering: {words}.",
        "You can hear the set in it if you wait.",
    ),
    "jelly_lamp": Style(
        "tee",
        sea.jelly_lamp,
        SHORT,
        ("Jellyfish Lamp", "Soft Machine of the Sea", "Deep Glow"),
        "A glowing {warm} jellyfish with a dotted dome; tentacles in {cool}, {line} and {warm} "
        "hang down to the words {words}.",
        "The lamp I would like over my kitchen table.",
    ),
    "moon_water": Style(
        "poster",
        sea.moon_water,
        ("TUNED TO THE MOON", "STAY UNTIL HIGH WATER", "LOW TIDE RADIO"),
        ("Moon Over Slack Water", "Seven Moons", "Tide Table"),
        "Poster: seven phases of the moon arch over a full {line} moon that sets into water and "
        "leaves a striped path of light. "
        "Words: {words}.",
        "A tide table for people who stay out late. Printed on {ground} paper.",
    ),
    "signal_tower": Style(
        "poster",
        sea.signal_tower,
        ("LOW TIDE RADIO", "SALT IN THE SIGNAL", "AINO KUU + THE TIDEWATER"),
        ("Signal Tower", "Station on the Skerry", "All Frequencies"),
        "Poster: a lattice radio mast on a small rock; rings in {warm}, {line} and {cool} spread "
        "over the sky and dissolve into dots. "
        "Words: {words}.",
        "The station from the first song. It only reaches you at low tide.",
    ),
}
