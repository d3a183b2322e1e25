"""Built-in lists for parameters: short words that are easy to read, say and type. Pure: no IO."""

WORDS: dict[str, tuple[str, ...]] = {
    "animals": (
        "badger", "beaver", "bison", "camel", "cobra", "crane", "dingo", "eagle", "falcon", "ferret", "gecko", "heron",
        "hippo", "hyena", "iguana", "impala", "jackal", "jaguar", "koala", "lemur", "lizard", "llama", "lynx", "magpie",
        "marmot", "moose", "narwhal", "ocelot", "okapi", "otter", "panda", "parrot", "pelican", "puffin",
        "quail", "rabbit", "raven", "robin", "salmon", "seal", "shrew", "sparrow", "stork", "swan", "tapir", "tiger",
        "toucan", "turtle", "walrus", "weasel", "wombat", "zebra",
    ),
    "fruits": (
        "apple", "apricot", "banana", "cherry", "damson", "grape", "guava", "lemon", "lime", "lychee", "mango",
        "melon", "orange", "papaya", "peach", "pear", "plum", "pomelo", "quince",
    ),
    "colours": (
        "amber", "azure", "bronze", "coral", "cyan", "ebony", "gold", "green", "indigo", "ivory", "jade", "lilac",
        "maroon", "ochre", "olive", "pearl", "purple", "ruby", "sepia", "silver", "teal", "violet", "white", "yellow",
    ),
    "rivers": (
        "amazon", "beas", "chambal", "danube", "elbe", "ganga", "godavari", "indus", "jhelum", "kaveri", "krishna",
        "loire", "mekong", "narmada", "neva", "niger", "nile", "oder", "rhine", "rhone", "seine", "tapti", "thames",
        "tiber", "volga", "yamuna", "zambezi",
    ),
}  # fmt: skip
