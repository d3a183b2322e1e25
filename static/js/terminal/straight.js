// Characters that turn letters round make a line read as another one than it is: they are shown and not obeyed. Pure.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

export const straight = (text) => text.replaceAll(TURNING, "\ufffd");
