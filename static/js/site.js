// What every page does beyond its HTML.
import { keepTheme } from "./site/theme.js";

keepTheme();
