"""The names of the crowd: invented, as people call themselves where nobody asks for a passport."""

CROWD = (
    "Väinö V.", "tuulikki", "salt.and.vinyl", "Hanna-Mari", "northpier", "Oskari", "lumo", "Petra Dunes", "mörkö",
    "ferrygirl", "Tapio K", "half_tide", "sini", "juno in june", "Eetu", "Marisol", "kuutamo", "dockside dan",
    "Anneli", "birk", "Zofia", "paperboat", "Rasmus", "okapi", "vilma_v", "Teuvo", "low battery", "Camille", "pihla",
    "moss & moth", "Henrik", "Saskia", "kaisla", "tape hiss", "Onni", "Delphine", "harbourcat", "Jussi J", "aurora b",
    "wren", "Matilda", "sea.glass", "Kosti", "Imke", "frequency fox", "Elli", "nils_on_bass", "Helmi", "Tomasz",
    "little squall", "Ronja", "basalt", "Leevi", "yarrow", "Freya", "night bus 7", "Aada", "Pekko", "theremin anne",
    "Lotte", "signal lost", "Unto", "Mirren",
)  # fmt: skip
