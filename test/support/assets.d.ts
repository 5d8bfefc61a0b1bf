/** Sounds that a screen imports: the bundler gives their address. */
declare module '*.wav' {
  export { url as default };
  const url: string;
}
