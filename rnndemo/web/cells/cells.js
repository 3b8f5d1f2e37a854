// Every recurrent cell that can be read here, one file each: name -> {gates, memory, step}.
// `step` makes h_t, c_t and the gates of one timestep from x_t, h_{t-1} and c_{t-1}. The weights of
// a unit lie side by side: unit by unit, input by input, block by block (see `byUnit`).

export const CELLS = {};

export const sigmoid = (v) => 1 / (1 + Math.exp(-v));
