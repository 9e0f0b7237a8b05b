// What single batches become: see README of the parts in run.mjs.

export {};
