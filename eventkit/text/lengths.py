"""How long what people type may be, in letters: the tables, the forms and the imports all read it here."""

EVENT_NAME = 120
CODE = 20
CODE_TYPED = 60  # of any kind, with the spaces and dashes that people put in
TIMEZONE = 60
LANGUAGE = 8
ROOM_NAME = 80
FEATURE, FEATURES = 40, 20  # letters of one, and how many a room has or a pitch needs
SLOT_TITLE = 120
PERSON_NAME = 80  # also of a pitch's hosts together, and of who does an action
PITCH_TITLE = 200
DESCRIPTION = 10_000
TOPIC = 40
FORMAT = 30
DIRECTIONS = 120  # where a room is
SLOTS = 6  # that one session may take
NOTE = 10_000
ANNOUNCEMENT = 300
REPORT = 300
THANKS = 600  # on the page of results
LINK = 2_000
SEARCH = 100
NUMBER_TYPED = 12  # with what people put in between
WORD = 60  # that lets one into a private event
SUMMARY, SUMMARY_LINES = 6_000, 200  # of the shared text on top of a session's notes
FILE_NAME = 120
ADDRESS = 120  # of a server, as links and QR codes begin
