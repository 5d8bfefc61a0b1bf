/** A way to a printer. */
export interface PrinterTransport {
  /**
   * Sends one whole slip. Resolves when the printer said that it is through with it, or, with a printer that
   * never says anything, when it took all bytes and, on the network, hung up in answer. Rejects with a
   * DeviceError: `printer-unavailable`, `printer-out-of-paper`, or why the device could not be opened: the slip
   * may have been printed in part and is sent again whole. `printer-unconfirmed`: it may as well have been
   * printed, only a look at the printer tells.
   */
  send(bytes: Uint8Array): Promise<void>;
}

/** How long a printer may take. Milliseconds. */
export interface PrinterPatience {
  readonly connectMs: number;
  /** For an answer to the question for its state, asked before printing. */
  readonly answerMs: number;
  /** Without any byte being taken or sent. */
  readonly stallMs: number;
}

export const DEFAULT_PATIENCE: PrinterPatience = { connectMs: 3000, answerMs: 400, stallMs: 15_000 };
