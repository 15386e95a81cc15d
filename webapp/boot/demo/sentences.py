"""What fans say about designs. Each sentence is about the work in front of them, and kind."""

ANY = (
    "The colours hold together so well. I would not change a thing.",
    "I keep coming back to this one.",
    "This would be gone at the merch table before the support act is over.",
    "Simple from far away, and then there is all that detail close up. That is the best kind.",
    "I can see this on the back of a jacket too.",
    "My sister and I agree on nothing, and we agree on this.",
    "You can tell somebody listened to the record while drawing it.",
    "The empty space is doing a lot of work here. Beautiful.",
    "I would wear it to work and only three people would know. Perfect.",
    "What a confident line.",
    "It looks like it has always existed. I mean that as praise.",
    "This one made me put the album on again.",
    "Please tell me the grain is on purpose, because it looks like a real screen print.",
    "The balance between picture and lettering is just right.",
    "I voted for others first and then came back. It grows on you.",
    "It has the mood of the last track. You know the one.",
    "Four inks and it looks like forty.",
    "I'd hang the sheet on my wall even without a shirt under it.",
    "Mein Favorit bisher. Die Farben!",
    "J'adore, surtout le grain.",
)
POLISH = (
    "What if the lettering were one step bigger? It gets a little lost at arm's length.",
    "Have you tried it one shade darker in the lower half? Might help on black cloth.",
    "The left edge feels heavier than the right. Maybe on purpose?",
    "Lovely. I would move everything up by a thumb: a print this low disappears under a belt.",
    "Could the smallest dots be a bit coarser? My printer friend says the fine ones fill in.",
    "I like the earlier crop better, but both work.",
    "The second ink nearly touches the third at the bottom. A hair more room and it is done.",
    "Maybe try it without the outline once, just to see.",
    "Does it need the words? I think the picture says it alone.",
    "The middle is so strong that the corners could be quieter.",
)
FINNISH = (
    "Hieno! Tämän haluaisin päälle heti.",
    "Värit toimivat tosi hyvin yhdessä.",
    "Tästä tulee mieleen kesäyö satamassa.",
    "Upea viiva, ja teksti istuu kuvaan.",
    "Tätä jäin katsomaan pitkäksi aikaa.",
)
THANKS = (
    "That means a lot, thank you.",
    "Thank you! It took all Sunday.",
    "Thank you. I drew it on the night bus, so I was not sure.",
    "You have made my evening.",
    "Thanks! It began as a doodle on a lyric sheet.",
)
TAKES = (
    "Thank you! I will try that tonight.",
    "Good eye. I changed it three times and came back to this, but I will look again.",
    "You are right. Next version.",
    "I was afraid somebody would see that. On it.",
    "Tried it just now, and it is better. Thank you!",
)
AGREES = (
    "Same here. Instantly.",
    "Agreed, that was my first thought too.",
    "I hadn't seen it that way, nice.",
    "I went back and looked again: you are right.",
)
KIITOS = ("Kiitos! Ilahduin kovasti.", "Kiitos paljon, mukava kuulla.")
ABOUT = {
    "tide_sun": (
        "The way the rays stop exactly at the waterline is so satisfying.",
        "That half sun is the cover of the summer I wanted.",
    ),
    "moon_moth": (
        "The eye spots follow you around the room. Wonderful moth.",
        "The tails of the wings! The halftone makes them look like dust.",
    ),
    "tape_hills": (
        "A cassette turning into a coastline. How did nobody think of this before?",
        "I followed the tape with my finger all the way to the horizon.",
    ),
    "vinyl_planet": (
        "The record as a ring, at that tilt, is so clever.",
        "I want to know what is on side B of that planet.",
    ),
    "type_ring": (
        "You have to turn the bag to read it, and people will. Brilliant for a tote.",
        "The little moon in the middle holds all those words together.",
    ),
    "night_train": (
        "Those lit windows. I want to be in the third one from the left.",
        "The viaduct gives it such a calm rhythm under the huge moon.",
    ),
    "neon_cactus": (
        "A desert motel for a band from the ice. It is funny and it is right.",
        "The tubes really look switched on. How, with flat inks?",
    ),
    "whale_light": (
        "A lighthouse that swims to you. I am not crying, it is the salt.",
        "The two beams make the whole sky readable. Poster of the year for me.",
    ),
    "equaliser_peaks": (
        "I can nearly hear which chorus this mountain range is.",
        "The reflection fading out is the quiet part of the song.",
    ),
    "checker_swell": (
        "It makes me slightly seasick, in the best way.",
        "That bulge in the middle is hypnotic on something that moves when you walk.",
    ),
    "mic_bouquet": (
        "A bouquet that feeds back. Aino should get one of these every night.",
        "The ribbon makes it. Without it, five microphones; with it, a present.",
    ),
    "plane_stars": (
        "All the letters I never sent are in that dotted line.",
        "The constellation looks like a chord diagram. Is it one?",
    ),
    "sleeping_fox": (
        "I would fight for this fox.",
        "So much peace in one circle. The tail tip beside the nose!",
    ),
    "slogan": (
        "I would follow that sentence down any street.",
        "The letters look cut from one piece of paper. I love the heavy shadow.",
    ),
    "tour_list": (
        "Back prints need exactly this: a list you can point at.",
        "The fourth one is my town. I will be in the front row with this on my back.",
    ),
    "radio_shell": (
        "Hold it to your ear. Of course. Of course!",
        "The arcs of sound give it movement, and the shell stays heavy. Great.",
    ),
    "jelly_lamp": (
        "It glows. I do not know how you made it glow.",
        "The tentacles hang into the words as if they were singing them.",
    ),
    "moon_water": (
        "A tide table you can hang in the kitchen. Yes please.",
        "The path of light broken into stripes is perfect for a screen print.",
    ),
    "signal_tower": (
        "The rings dissolving into dots is what the first song sounds like.",
        "A tiny rock, a huge sky. I can hear the static.",
    ),
}
