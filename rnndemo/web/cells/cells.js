// Every recurrent cell that can be read here, one file each: name -> {gates, memory, step}.
// `step` makes h_t, c_t and the gates of one timestep from x = W_x x_t + b_x, y = W_h h_{t-1} + b_h
// (one block of `hidden` numbers a gate), h_{t-1} and c_{t-1}.

export const CELLS = {};

export const sigmoid = (v) => 1 / (1 + Math.exp(-v));
