import { Button, Modal } from 'antd';
import { create } from 'qrcode';
import { type ReactNode, useState } from 'react';
import { useText } from './text.ts';

const QUIET_ZONE = 4;

/** A secret that the server tells only once: large, to be copied, and as a QR code where a machine reads it. */
export function OnceShown(props: {
  readonly title: string;
  readonly secret: string;
  readonly qr?: boolean;
  readonly children?: ReactNode;
  readonly onClose: () => void;
}) {
  const text = useText();
  const [isCopied, setCopied] = useState(false);
  return (
    <Modal
      open
      title={props.title}
      mask={{ closable: false }}
      onCancel={props.onClose}
      footer={
        <Button type="primary" data-testid="once-close" onClick={props.onClose}>
          {text('close')}
        </Button>
      }
    >
      <div className="once">
        {props.qr === true && <Qr text={props.secret} />}
        <code data-testid="secret">{props.secret}</code>
        <Button
          data-testid="copy"
          onClick={() => void navigator.clipboard.writeText(props.secret).then(() => setCopied(true))}
        >
          {text(isCopied ? 'copied' : 'copy')}
        </Button>
        {props.children}
        <p className="warning">{text('onceOnly')}</p>
      </div>
    </Modal>
  );
}

function Qr({ text }: { readonly text: string }) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * QUIET_ZONE;
  const dark = [...modules.data].flatMap((isDark, index) =>
    isDark === 0
      ? []
      : [`M${(index % modules.size) + QUIET_ZONE} ${Math.floor(index / modules.size) + QUIET_ZONE}h1v1h-1z`],
  );
  return (
    <svg className="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={text}>
      <rect width={side} height={side} fill="#fff" />
      <path d={dark.join('')} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
