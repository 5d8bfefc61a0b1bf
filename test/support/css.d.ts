/** Styles that a screen imports for their effect; the bundler takes them in. */
declare module '*.css';
