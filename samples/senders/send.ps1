# Sends one mail to a gateway from Windows PowerShell.
# usage: .\send.ps1 -Server 127.0.0.1 -Port 2525 -From you@company.example -To +447700900123@sms.example -Text "Hello"
param(
    [string] $Server = "127.0.0.1",
    [int] $Port = 2525,
    [string] $From = "you@company.example",
    [string] $To = "+447700900123@sms.example",
    [string] $Text = "Hello"
)

$mail = New-Object System.Net.Mail.MailMessage($From, $To, "Test", $Text)
$client = New-Object System.Net.Mail.SmtpClient($Server, $Port)
try {
    $client.Send($mail)
    "taken"
}
finally {
    $mail.Dispose()
    $client.Dispose()
}
