vm start {{a}}
