/*
 * alone - the script of a site that measures, and decides nothing in browsers.
 */
import "./collect.js";
