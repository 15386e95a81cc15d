"""What the artist says: the page, the second small artist, and why a winner was picked."""

ARTIST = {
    "slug": "aino-kuu",
    "name": "Aino Kuu & The Tidewater",
    "tagline": "Slow boats, loud songs. From a harbour that freezes over.",
    "brand_colour": "#0B6E76",
    "label_name": "Harbour & Loom",
    "bio_md": (
        "We are five people and a harmonium from the end of the tram line. Our third album, "
        "**Low Tide Radio**, was recorded in a decommissioned pilot station: eleven songs about a transmitter "
        "that only reaches you when the water is low.\n\n"
        "Everything we sell at shows is drawn by people who listen to us. You send in designs, you talk about "
        "them, you vote, and I pick from the ones you liked best and say why. Whoever draws it is named on the "
        "label and paid.\n\n"
        "*Aino, vocals and radio*"
    ),
}
SECOND = {
    "slug": "kelo",
    "name": "Kelo Kvartetti",
    "tagline": "Four dead pines and a double bass.",
    "brand_colour": "#7A4B1E",
    "label_name": "",
    "bio_md": (
        "A string quartet that plays in forests. No stage, no lamps; bring something to sit on.\n\n"
        "We have never had a shirt. This autumn we would like one."
    ),
}
PICK_REASON = (
    "I kept three of these on the kitchen wall for a week. This one I stopped seeing as a drawing and began to "
    "hear: the line does what the bass does in “Salt in the Signal”. It prints in four inks, you can read it from "
    "across a room, and it made my mother ask who drew it.\n\nThank you to everybody on the shortlist. "
    "I mean it."
)
STORY = (
    "Drawn by a fan, chosen by fans and by Aino. Four inks, screen-printed by hand in Turku on heavy organic "
    "cotton, numbered on the neck label.\n\nThe designer is paid for each piece sold. When the edition is gone, "
    "it is gone."
)
CANCELLED = (
    "The mill that weaves the towels has stopped taking orders, and we do not want to print on the ones we found "
    "instead. Your designs stay yours; a new call for a beach blanket follows in spring."
)
MOVED = "The band is on the ferry until Thursday; two more days for your last versions."
HIDDEN_DESIGN = "This follows the sleeve of a 1971 record line by line. Please send something of your own."
HELD_DESIGN = "Is the lettering yours? Tell us which typeface it is and we will put this up right away."
HIDDEN_COMMENT = "About the person, not about the design."
UNKIND = "Did a child draw this? Honestly, give up, nobody wants to wear that."
DUBIOUS = "Nice. You get more of these, cheaper, on my own page, link is in my profile!!!"
