"""The rehearsal camp: what its thirty hosts pitch, where it meets, and what its crowd cares about."""

from dataclasses import KW_ONLY, dataclass, field

NAME = "Rehearsal camp: a day for local government"

ROOMS = """\
Council chamber, 90, step-free projector hearing-loop
Library, 40, step-free projector
Committee room, 30, step-free projector
Canteen corner, 25, step-free
Attic, 16"""

SLOTS = """\
09:30-10:00 Welcome and coffee
10:00-10:30 Pitches and votes
10:45-11:30
11:45-12:30
12:30-13:30 Lunch
13:30-14:15
14:30-15:15
15:30-16:15
16:15-16:30 Goodbye, and who is coming to the pub"""

# What people at such a camp care about: a pitch leans on some of these, and so does everybody who votes.
INTERESTS = ("services", "data", "inclusion", "places", "care", "craft", "power", "climate", "comms")


@dataclass(frozen=True)
class RehearsalPitch:
    """A pitch with what it leans on: interest to weight; `pull` is how much it draws beyond that."""

    title: str
    host: str
    topic: str
    text: str
    leans: dict[str, float]
    _: KW_ONLY
    needs: tuple[str, ...] = ()
    pull: float = 0.0
    also_host: str = ""  # a second host, who pitches something else too
    must_go: float = field(default=0.3)  # share of those interested who would not miss it


PITCHES = (
    RehearsalPitch(
        "The form nobody finishes",
        "Amira Hussain",
        "Service design",
        "Six in ten people give up on our blue badge form, and most of them give up on the same page. I will bring "
        "the form, printed out very large, and a pen each. Let's find out together what a form looks like that my nan "
        "would finish.",
        {"services": 1.0, "inclusion": 0.5},
        pull=0.5,
    ),
    RehearsalPitch(
        "What we learnt from asking people to break our website",
        "Tomasz Wieczorek",
        "Accessibility",
        "We paid twelve disabled residents to use our site for an afternoon and swear at it. Three fixes took an "
        "hour, one took a year, and one we still argue about. The reports, the costs, and how to find people without "
        "going through an agency.",
        {"inclusion": 1.0, "services": 0.4, "craft": 0.3},
        needs=("projector", "step-free"),
        pull=0.4,
    ),
    RehearsalPitch(
        "Damp, mould and the data we already had",
        "Shanice Okoro",
        "Housing",
        "The repairs system knew. The complaints inbox knew. Environmental health knew. Nobody had ever put them on "
        "one map. We did, it was uncomfortable, and it changed which homes get a visit first. Bring your own three "
        "systems that don't talk.",
        {"data": 0.9, "care": 0.4, "places": 0.4},
        needs=("projector",),
        pull=0.5,
    ),
    RehearsalPitch(
        "AI in the council: who has actually switched something on?",
        "Rhys Bevan",
        "AI",
        "Not what could be done, what is being done. Minute taking, triage, translating letters, finding potholes. "
        "One round of honest show and tell: what it costs, what it got wrong, who checks. No suppliers, no slides.",
        {"services": 0.5, "data": 0.6, "power": 0.3},
        pull=1.0,
        must_go=0.4,
    ),
    RehearsalPitch(
        "An AI policy that fits on one side of A4",
        "Judith Adeyemi",
        "AI",
        "Ours is forty pages and nobody has read it, including me, and I wrote half of it. Let's write a short one, "
        "in the room, that a social worker could follow on a Tuesday afternoon with a queue at the door.",
        {"power": 0.6, "data": 0.5, "care": 0.4},
        pull=0.6,
    ),
    RehearsalPitch(
        "Buying things without crying",
        "Colin Mather",
        "Procurement",
        "The Procurement Act is here and my team still buys software as if it were gritting salt. What are small "
        "councils doing to buy small things from small firms? I have one contract I am proud of and several I am not.",
        {"craft": 0.5, "power": 0.6, "services": 0.3},
    ),
    RehearsalPitch(
        "Planning notices that people can find",
        "Niamh Gallagher",
        "Planning",
        "They are on lamp posts and in the back of a paper that sells four hundred copies. By the time people hear, "
        "the date has gone. Who has put notices where people are, and what did the lawyers say?",
        {"places": 1.0, "comms": 0.6, "data": 0.3},
        pull=0.2,
    ),
    RehearsalPitch(
        "One front door for adult social care",
        "Devinder Sahota",
        "Social care",
        "People ring us because they are frightened, and we ask for a postcode. We have rebuilt the first ten "
        "minutes: one conversation, one person, one follow-up. Calls are longer and there are far fewer of them. Come "
        "and pull it apart.",
        {"care": 1.0, "services": 0.6},
        needs=("step-free",),
        pull=0.4,
    ),
    RehearsalPitch(
        "Carers do the admin: can we give them their evenings back?",
        "Ruth Pembleton",
        "Social care",
        "My brother and I look after our dad. Between us we log in to nine things. I work for a council, so at least "
        "one of those is my fault. A session for carers, and for people who build things that carers have to use.",
        {"care": 1.0, "inclusion": 0.5, "services": 0.3},
    ),
    RehearsalPitch(
        "Councillors are users too",
        "Cllr Maggie Thornhill",
        "Councillors",
        "I get two hundred e-mails a day, six hundred pages of papers a week, and a laptop that locks itself out when "
        "I stand up to speak. I'd love to tell officers what would help, and to hear what I do that makes your life "
        "harder. Kindly.",
        {"power": 1.0, "services": 0.3},
        pull=0.3,
    ),
    RehearsalPitch(
        "How to disagree with your leader and still get the bus home together",
        "Ed Fairweather",
        "Leadership",
        "Speaking truth to power, at a scale where power also drops its children at your school. Stories that stay in "
        "the room, please. I will start with mine.",
        {"power": 0.9, "craft": 0.3},
        pull=0.4,
        must_go=0.35,
    ),
    RehearsalPitch(
        "Libraries as the last public counter",
        "Bronwen Ellis",
        "Neighbourhoods",
        "Every other counter has closed, so people bring the whole of government to us: visas, universal credit, a "
        "dead phone, a dead husband. What should we say yes to, and who should pay for it?",
        {"inclusion": 0.9, "places": 0.5, "care": 0.4},
        pull=0.3,
    ),
    RehearsalPitch(
        "Getting online is not the finish line",
        "Femi Balogun",
        "Digital inclusion",
        "We gave out four hundred tablets. A year on, half are in drawers. The ones in use all have one thing in "
        "common, and it isn't the tablet. What does inclusion look like in the second year?",
        {"inclusion": 1.0, "care": 0.2},
        needs=("step-free",),
    ),
    RehearsalPitch(
        "Open data nobody asked for",
        "Kirsty Laidlaw",
        "Data",
        "We publish ninety data sets. I looked: eleven were opened by a human last year, and seven of those humans "
        "were me. Which would you keep? And what do people ask for that we have never published?",
        {"data": 1.0, "power": 0.2},
        needs=("projector",),
        pull=0.2,
    ),
    RehearsalPitch(
        "A gazetteer walks into a bar",
        "Alan Prewett",
        "Data",
        "Addresses are harder than you think. Come for the UPRNs, stay for the house with two front doors in two "
        "counties. For anyone who has to join two lists and has only a street name and hope.",
        {"data": 0.9, "places": 0.4, "craft": 0.4},
    ),
    RehearsalPitch(
        "Show me your pattern library and I will show you mine",
        "Priyanka Menon",
        "Service design",
        "Forty councils have forty date pickers. Could we agree on one? Bring a laptop. I want to leave with three "
        "components that at least two councils promise to use by Christmas.",
        {"craft": 1.0, "services": 0.5},
        needs=("projector",),
    ),
    RehearsalPitch(
        "Legacy systems: a support group",
        "Gareth Lomax",
        "Technology",
        "My name is Gareth and our revenues system is older than two of my team. We will go round the room. There "
        "will be biscuits. Practical bit at the end: how three of us got data out of something that did not want to "
        "give it.",
        {"craft": 1.0, "data": 0.5},
        pull=0.4,
    ),
    RehearsalPitch(
        "Small council, big standard",
        "Isla Drummond",
        "Technology",
        "We are a district of ninety thousand people and a digital team of two and a half. Which bits of the service "
        "standard are worth it at our size, and which are theatre? Counties welcome if they promise to listen first.",
        {"services": 0.7, "craft": 0.6},
    ),
    RehearsalPitch(
        "Letters that do not frighten people",
        "Marcus Bright",
        "Communications",
        "Bring the worst letter your council sends. Council tax, parking, school places, anything in red capitals. We "
        "rewrite as many as we can in forty minutes, and read the best one out.",
        {"comms": 1.0, "inclusion": 0.5, "services": 0.4},
        pull=0.5,
    ),
    RehearsalPitch(
        "What to post when everything is on fire",
        "Leanne Proudfoot",
        "Communications",
        "Flood, riot, cyber attack, burst main: the first hour is always the same. What we say, who signs it off, and "
        "the night our out-of-office answered four thousand people.",
        {"comms": 1.0, "power": 0.3},
    ),
    RehearsalPitch(
        "Retrofit streets, not houses",
        "Hamza Qureshi",
        "Climate",
        "House by house we will be done in 2190. A terrace in our town did it together, scaffolding, tea rota and "
        "all. How it started, what the council did (less than you'd think), and how to find the next street.",
        {"climate": 1.0, "places": 0.6},
        pull=0.3,
    ),
    RehearsalPitch(
        "Counting carbon without losing the will to live",
        "Olwen Pritchard",
        "Climate",
        "Scope three is where spreadsheets go to die. I have a version with nine rows that our finance director "
        "signs. Is it good enough? What do you count, and what have you stopped counting?",
        {"climate": 1.0, "data": 0.5},
        needs=("projector",),
    ),
    RehearsalPitch(
        "Low traffic, high temperature",
        "Sanjay Mistry",
        "Places",
        "Our scheme went in on a Monday and was in the papers by Wednesday. If we did it again we would begin with "
        "the school gate, not the modal filter. On listening before, during and after, with sensors and with cake.",
        {"places": 0.8, "climate": 0.6, "comms": 0.4},
    ),
    RehearsalPitch(
        "Neighbourhood working when the neighbourhood is a WhatsApp group",
        "Yasmin Farah",
        "Neighbourhoods",
        "The residents' association has eight members. The group chat has eight hundred, and it found the lost dog, "
        "the fly-tipper and the gas leak before we did. How do we join in without ruining it?",
        {"places": 0.7, "comms": 0.7, "power": 0.2},
        pull=0.3,
    ),
    RehearsalPitch(
        "Participatory budgeting with real money in it",
        "Connor McAteer",
        "Democracy",
        "Two hundred thousand pounds, six wards, one very long evening in a sports hall. What people chose, what we "
        "would have chosen, and why I no longer think ours was better.",
        {"power": 0.8, "places": 0.5, "inclusion": 0.4},
    ),
    RehearsalPitch(
        "Reorganisation: whose website wins?",
        "Amira Hussain",
        "Reorganisation",
        "Five councils become one the spring after next. We have five of everything and a launch date. If you have "
        "been through it: what did you merge first, what should have waited, and what did residents notice at all?",
        {"services": 0.6, "craft": 0.5, "power": 0.6},
        pull=0.6,
        also_host="Gareth Lomax",
    ),
    RehearsalPitch(
        "Hiring without a job description from 1997",
        "Judith Adeyemi",
        "People",
        "We asked for ten years' experience of a thing that is six years old. Let's swap adverts that brought in "
        "people we would never have met, and talk about pay scales honestly.",
        {"craft": 0.5, "power": 0.5, "inclusion": 0.4},
    ),
    RehearsalPitch(
        "Quiet people run good meetings",
        "Freya Lindqvist",
        "People",
        "I find this kind of day hard, and I still come every year. Ways of meeting that let the second person to "
        "speak be heard. We will try three of them on each other. You may sit on the floor, and you need not say a "
        "word.",
        {"craft": 0.5, "inclusion": 0.5},
        needs=("step-free",),
        pull=0.2,
    ),
    RehearsalPitch(
        "Data protection as a design material",
        "Devinder Sahota",
        "Data",
        "The assessment is usually done last, by someone who wasn't in the meetings. We moved it to week one and it "
        "made the service simpler: we stopped asking for half of it. I'll bring our one-page version for you to "
        "steal.",
        {"data": 0.7, "services": 0.5, "care": 0.2},
    ),
    RehearsalPitch(
        "Walk: the town from a wheelchair, a pram and a pair of five-year-old legs",
        "Bronwen Ellis",
        "Places",
        "Not a room, a walk. Forty minutes round the block with three borrowed points of view and a clipboard. "
        "Dropped kerbs, A-boards, the crossing that gives you nine seconds. Coat on; back in time for the next slot.",
        {"places": 0.8, "inclusion": 0.7},
        needs=("step-free",),
        pull=0.2,
    ),
)
