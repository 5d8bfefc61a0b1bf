import { Button, Form, Input, Modal, Table } from 'antd';
import { useState } from 'react';
import type { Fault } from '../../src/contract/terminal/errors.ts';
import type { AccountView } from '../../src/contract/terminal/reports.ts';
import { ROLES, type Role } from '../../src/contract/terminal/state.ts';
import { Chooser } from '../shared/chooser.tsx';
import { FaultNote } from '../shared/fault-note.tsx';
import { FocusBack } from '../shared/focus-back.tsx';
import { clockTime } from '../shared/format.ts';
import { useText } from '../shared/i18n/text.ts';
import { isPin } from '../shared/pin.ts';
import { askQuietly } from '../shared/store.ts';
import { Answered } from './parts.tsx';
import { ChangesCard } from '../support/changes-card.tsx';
import { RetireCard } from './retire-card.tsx';
import { useAnswer } from '../shared/use-answer.ts';

interface NewUser {
  readonly name: string;
  readonly pin: string;
}

/** Who may work here, and their PINs. */
export function UsersPage() {
  const text = useText();
  const users = useAnswer('manager.users', undefined);
  const [adding, setAdding] = useState(false);
  const [pinOf, setPinOf] = useState<AccountView | null>(null);
  return (
    <div className="page">
      <div className="page-head">
        <Button type="primary" data-testid="add-user" onClick={() => setAdding(true)}>
          {text('manager.users.add')}
        </Button>
      </div>
      <Answered {...users}>
        {(output) => (
          <section className="card">
            <Table<AccountView>
              aria-label={text('manager.tabs.users')}
              rowKey="id"
              pagination={false}
              dataSource={output}
              columns={[
                { title: text('manager.users.name'), dataIndex: 'name' },
                { title: text('manager.users.role'), render: (_, user) => text(`role.${user.role}`) },
                {
                  title: text('manager.users.status'),
                  render: (_, user) =>
                    user.lockedUntilMs === null
                      ? text('manager.users.active')
                      : text('manager.users.locked', { time: clockTime(user.lockedUntilMs) }),
                },
                {
                  title: text('manager.users.setPin'),
                  render: (_, user) => (
                    <Button data-testid={`set-pin-${user.id}`} onClick={() => setPinOf(user)}>
                      {text('manager.users.setPin')}
                    </Button>
                  ),
                },
              ]}
            />
          </section>
        )}
      </Answered>
      <ChangesCard />
      <RetireCard />
      {adding && (
        <AddUser
          onClose={() => {
            setAdding(false);
            users.again();
          }}
        />
      )}
      {pinOf !== null && (
        <SetPin
          user={pinOf}
          onClose={() => {
            setPinOf(null);
            users.again();
          }}
        />
      )}
    </div>
  );
}

function AddUser({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const [form] = Form.useForm<NewUser>();
  const [role, setRole] = useState<Role>('cashier');
  const [fault, setFault] = useState<Fault | null>(null);
  const save = (user: NewUser): void => {
    void askQuietly('manager.addUser', { ...user, role }).then((answer) => {
      if (answer.fault === null) onClose();
      else setFault(answer.fault);
    });
  };
  return (
    <Modal
      open
      title={text('manager.users.add')}
      okText={text('manager.users.save')}
      okButtonProps={{ 'data-testid': 'user-save' }}
      cancelText={text('cancel')}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <FocusBack />
      <Form form={form} layout="vertical" onFinish={save}>
        <Form.Item
          name="name"
          label={text('manager.users.name')}
          rules={[{ required: true, whitespace: true, max: 40, message: text('activation.badName') }]}
        >
          <Input data-testid="user-name" autoComplete="off" />
        </Form.Item>
        <Chooser
          label={text('manager.users.role')}
          testId="user-role"
          options={ROLES.map((value) => ({ value, label: text(`role.${value}`) }))}
          chosen={role}
          onChoose={setRole}
        />
        <PinItem />
      </Form>
      {fault?.code === 'bad-input' ? (
        <p className="mistake" role="alert">
          {text('manager.users.nameTaken')}
        </p>
      ) : (
        <FaultNote fault={fault} />
      )}
    </Modal>
  );
}

function PinItem() {
  const text = useText();
  return (
    <Form.Item
      name="pin"
      label={text('manager.users.pin')}
      rules={[
        {
          validator: (_, value: unknown) =>
            typeof value === 'string' && isPin(value)
              ? Promise.resolve()
              : Promise.reject(new Error(text('activation.badPin'))),
        },
      ]}
    >
      <Input.Password
        visibilityToggle={false}
        data-testid="user-pin"
        autoComplete="new-password"
        inputMode="numeric"
        maxLength={12}
      />
    </Form.Item>
  );
}

function SetPin({ user, onClose }: { readonly user: AccountView; readonly onClose: () => void }) {
  const text = useText();
  const [form] = Form.useForm<{ readonly pin: string }>();
  const [fault, setFault] = useState<Fault | null>(null);
  return (
    <Modal
      open
      title={text('manager.users.newPin', { name: user.name })}
      okText={text('manager.users.save')}
      okButtonProps={{ 'data-testid': 'user-save' }}
      cancelText={text('cancel')}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <FocusBack />
      <Form
        form={form}
        layout="vertical"
        onFinish={({ pin }) => {
          void askQuietly('manager.setPin', { userId: user.id, pin }).then((answer) => {
            if (answer.fault === null) onClose();
            else setFault(answer.fault);
          });
        }}
      >
        <PinItem />
      </Form>
      <FaultNote fault={fault} />
    </Modal>
  );
}
