// The lesson's page: one module for each thing that it does.
import { keepTheme } from "./site/theme.js";
import { watchClock } from "./lesson/clock.js";
import { watchCode } from "./lesson/code.js";
import { watchFind } from "./lesson/find.js";
import { watchForms } from "./lesson/forms.js";
import { watchKeys } from "./lesson/keys.js";
import { watchLanguages } from "./lesson/language.js";
import { watchLeaves } from "./lesson/leaves.js";
import { openLive } from "./lesson/live.js";
import { followMachine, watchMachine } from "./lesson/machine.js";
import { watchOrder } from "./lesson/order.js";
import { watchPanes } from "./lesson/panes.js";
import { watchPlace } from "./lesson/place.js";
import { watchPreview } from "./lesson/preview.js";
import { watchGrip } from "./lesson/split.js";
import { watchSteps } from "./lesson/steps.js";
import { watchTabs } from "./lesson/tabs.js";
import { Terminals } from "./lesson/terminals.js";
import { watchTerms } from "./lesson/terms.js";

const work = document.querySelector(".work");
const terminals = new Terminals();

// First, for a shell takes longest.
followMachine(terminals);
keepTheme();
watchForms();
watchGrip();
watchPanes();
watchClock();
watchCode(terminals);
watchSteps();
watchOrder();
watchLeaves();
watchTerms();
watchPlace();
watchKeys(terminals);
watchTabs(terminals);
watchFind(terminals);
watchPreview(terminals);
const live = work.dataset.live ? openLive(work.dataset.live) : null;
watchLanguages(live);
watchMachine(terminals, live);
