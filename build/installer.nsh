; Included by electron-builder's NSIS template (nsis.include). One folder for all who use the PC:
; %ProgramData%\Voucher Terminal\data keeps the journal and is never removed, seed.json may lie beside it.
!include FileFunc.nsh
!insertmacro GetParameters
!insertmacro GetOptions

!macro customInstall
  SetShellVarContext all
  CreateDirectory "$APPDATA\Voucher Terminal"
  CreateDirectory "$APPDATA\Voucher Terminal\data"
  ; S-1-5-32-545: the users of this PC, in whatever language Windows speaks.
  nsExec::ExecToLog 'icacls "$APPDATA\Voucher Terminal" /grant *S-1-5-32-545:(OI)(CI)M'
  Pop $1
  ; Unattended: setup.exe /S /CONFIG=C:\path\seed.json
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/CONFIG=" $R1
  IfErrors noConfig
    ClearErrors
    CopyFiles /SILENT "$R1" "$APPDATA\Voucher Terminal\seed.json"
    IfErrors 0 noConfig
      ; A seed that can't be copied must not look like a good installation.
      SetErrorLevel 3
  noConfig:
!macroend

!macro customUnInstall
  ; The journal stays: redemptions that were never uploaded are money.
  SetShellVarContext all
  DetailPrint "Kept: $APPDATA\Voucher Terminal\data"
!macroend
