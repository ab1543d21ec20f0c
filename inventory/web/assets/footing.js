// Everything works without scripts; these make it quicker.
import { keys } from "./keys.js";
import { print } from "./print.js";

keys();
print();
