import { Button, Input } from 'antd';
import { useState } from 'react';
import { type OperatorView, type Role, ROLES } from '../../../src/contract/clearing/operator/common.ts';
import { OnceShown } from '../once-shown.tsx';
import { Ask, Card, Field, Loaded, NotForYou, State, When } from '../parts.tsx';
import { useLoad, useRoles, useSession } from '../session.ts';
import { useText } from '../text.ts';

interface Made {
  readonly name: string;
  readonly token: string;
}

/** Who has a token, and for what. */
export function OperatorsPage() {
  const text = useText();
  const may = useRoles();
  return may('admin', 'auditor') ? <Operators /> : <NotForYou>{text('operators.noRead')}</NotForYou>;
}

function Operators() {
  const text = useText();
  const may = useRoles();
  const { api, me } = useSession();
  const operators = useLoad<{ readonly operators: readonly OperatorView[] }>('/v1/operator/operators');
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [ending, setEnding] = useState<OperatorView | null>(null);
  return (
    <>
      {may('admin') && (
        <div className="actions">
          <Button type="primary" data-testid="add-operator" onClick={() => setAdding(true)}>
            {text('operators.add')}
          </Button>
        </div>
      )}
      <Loaded of={operators}>
        {({ operators: listed }) => (
          <Card title={text('page.operators')}>
            <ul className="rows">
              {listed.map((operator) => (
                <li key={operator.id} data-testid={`operator-${operator.id}`}>
                  <div>
                    <b>{operator.name}</b> {operator.id === me.id && text('you')}{' '}
                    {operator.disabled && <State tone="bad">{text('operators.disabled')}</State>}
                    <small>
                      {operator.roles.map((role) => text(`role.${role}`)).join(' · ')} —{' '}
                      {text('operators.since')} <When at={operator.createdAtMs} />
                    </small>
                  </div>
                  {may('admin') && !operator.disabled && operator.id !== me.id && (
                    <Button danger onClick={() => setEnding(operator)}>
                      {text('operators.disable')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </Card>
        )}
      </Loaded>
      {isAdding && (
        <NewOperator
          onClose={() => setAdding(false)}
          onMade={(one) => {
            setMade(one);
            operators.again();
          }}
        />
      )}
      {made !== null && (
        <OnceShown
          title={text('operators.token', { name: made.name })}
          secret={made.token}
          onClose={() => setMade(null)}
        >
          <p>{text('operators.tokenHint')}</p>
        </OnceShown>
      )}
      {ending !== null && (
        <Ask
          title={`${text('operators.disable')} · ${ending.name}`}
          explain={text('operators.disableExplain')}
          ok={text('operators.disable')}
          danger
          onClose={() => setEnding(null)}
          onOk={async () => {
            await api.post(`/v1/operator/operators/${ending.id}/disable`);
            operators.again();
          }}
        />
      )}
    </>
  );
}

function NewOperator(props: { readonly onClose: () => void; readonly onMade: (made: Made) => void }) {
  const text = useText();
  const { api } = useSession();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  return (
    <Ask
      title={text('operators.add')}
      explain={
        <div className="form">
          <Field label={text('operators.name')}>
            {(id) => (
              <Input
                id={id}
                data-testid="operator-name"
                maxLength={80}
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          <div className="field" role="group" aria-label={text('operators.roles')}>
            <b>{text('operators.roles')}</b>
            <div className="checks">
              {ROLES.map((role) => (
                <label key={role} className="check">
                  <input
                    type="checkbox"
                    data-testid={`role-${role}`}
                    checked={roles.includes(role)}
                    onChange={({ target }) =>
                      setRoles(target.checked ? [...roles, role] : roles.filter((one) => one !== role))
                    }
                  />
                  {text(`role.${role}`)}
                </label>
              ))}
            </div>
          </div>
        </div>
      }
      ok={text('operators.create')}
      onClose={props.onClose}
      onOk={async () => {
        const { token } = await api.post<{ readonly token: string }>('/v1/operator/operators', {
          name,
          roles,
        });
        props.onMade({ name, token });
      }}
    />
  );
}
