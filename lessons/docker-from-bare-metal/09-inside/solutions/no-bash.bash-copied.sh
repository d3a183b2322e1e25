docker cp /bin/bash {{tiny}}:/bin/bash
