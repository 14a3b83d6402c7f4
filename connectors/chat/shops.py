"""The words of the demo shops: two small companies that have nothing to do with each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the shop who can be signed in on the demo page."""

    external_id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Shop:
    """One product page."""

    brand: str
    trade: str
    sections: tuple[tuple[str, str], ...]
    product: str
    lead: str
    price: str
    promise: str
    facts: tuple[tuple[str, str], ...]
    stories: tuple[tuple[str, str, str], ...]
    customer: Customer


SHOPS = {
    "acme": Shop(
        brand="Acme",
        trade="Cycles",
        sections=(("details", "The bike"), ("ride", "Test ride"), ("care", "Workshop")),
        product="Acme Long",
        lead="A front-loader for two children, a week of groceries, or a cello. "
        "Steel frame, belt drive, and a box that takes the rain so that you need not.",
        price="€4,890",
        promise="Delivered assembled in 9 to 12 days. Thirty days to change your mind.",
        facts=(
            ("2.46 m", "from wheel to wheel, and 62 cm wide with the bar turned: it passes a cellar door"),
            ("120 kg", "in the box, low between the wheels, so that it stays calm at walking pace"),
            ("10 years", "on the frame, and every part of it can be had from us one by one"),
        ),
        stories=(
            (
                "ride",
                "Ride it for a weekend",
                "Take one home on Friday and bring it back on Monday. It costs nothing but the courage "
                "for the first corner; after the third one you will not notice the length.",
            ),
            (
                "care",
                "We come to you",
                "Our van has a stand, a stove and every spare part. Tell us in the chat what creaks, "
                "and you usually ride again the same week.",
            ),
        ),
        customer=Customer("customer-1042", "Sinéad Byrne", "sinead.byrne@example.com"),
    ),
    "globex": Shop(
        brand="Globex",
        trade="Coffee Works",
        sections=(("details", "The machine"), ("ride", "Tasting"), ("care", "Spare parts")),
        product="Globex One",
        lead="A machine for people who mean the first cup. One boiler, one lever, and a group "
        "that you can take apart with two keys and an evening.",
        price="$689",
        promise="Shipped in five working days. Tuned again, free, after the first 300 cups.",
        facts=(
            ("4 minutes", "from cold to the first espresso, and it switches itself off when you forget"),
            ("14 lb", "of steel and brass: it stands still while you pull the lever"),
            ("Forever", "is how long we keep its drawings: every part is listed, stocked and priced"),
        ),
        stories=(
            (
                "ride",
                "Taste before you buy",
                "Book half an hour in our workshop. Bring your own beans, leave with a recipe: "
                "grind, dose and seconds, written on a card.",
            ),
            (
                "care",
                "The small part you lost",
                "Send us a photograph or describe the sound. We find the part, tell you its price, "
                "and have it in the mail before five.",
            ),
        ),
        customer=Customer("guest-77", "Mateo Ibarra", "mateo.ibarra@example.com"),
    ),
}
"""The shops by the organization's slug."""
