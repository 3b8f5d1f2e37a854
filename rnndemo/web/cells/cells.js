// Every recurrent cell that can be read here, one file each: name -> {gates, memory, step, prepare}.
// `step` makes h_t, c_t and the gates of one timestep from x = W_x x_t + b_x, y = W_h h_{t-1} + b_h
// (one block of `hidden` numbers a gate; undefined where a cell has no W_h), h_{t-1} and c_{t-1}. `prepare`
// may make of weights, which it asks for by name, what the step finds in its first argument.

export const CELLS = {};

export const sigmoid = (v) => 1 / (1 + Math.exp(-v));
