/** The only origin that windows ever show. */
export const APP_ORIGIN = 'app://terminal';

/** The channel on which main hands a window its port to the core. */
export const CORE_PORT_CHANNEL = 'core-port';
