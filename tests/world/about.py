"""What organisers of a camp say of it on its page: one text for each matter."""

OWN = {
    "ask": "Ada in the red hat, 020 7946 0000",
    "conduct": "Be **kind**.\n\nhttps://camp.example/conduct",
    "conduct_contact": "Grace, 020 7946 0001",
    "photographs": "Green lanyard: yes.",
    "access": "The lift is by the bins.",
    "quiet_room": "The attic.",
    "wifi": "Network Camp, password tangerine",
}
