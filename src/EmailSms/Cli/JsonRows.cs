using System.Text;
using System.Text.Json;
using EmailSms.Composing;

namespace EmailSms.Cli;

/// <summary>JSON as rows of a table: an object for each row, one after the other or in an array.</summary>
internal static class JsonRows
{
    /// <summary>Reads all rows, and adds what is wrong with them, each with its line.</summary>
    public static IReadOnlyList<CsvRow> Read(string text, IReadOnlyList<string> columns, List<string> wrong)
    {
        List<CsvRow> rows = [];
        byte[] bytes = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.EndArray && reader.CurrentDepth == 0)
                {
                    continue;
                }

                int line = 1 + bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');
                if (reader.TokenType is not JsonTokenType.StartObject)
                {
                    wrong.Add($"Line {line}: a rule is an object, such as {{\"from\": \"ups@plant.example\"}}.");
                    reader.Skip();
                    continue;
                }

                using var row = JsonDocument.ParseValue(ref reader);
                rows.Add(Row(row.RootElement, line, columns, wrong));
            }
        }
        catch (JsonException trouble)
        {
            wrong.Add($"Line {trouble.LineNumber + 1}: it is not JSON.");
        }

        return rows;
    }

    private static CsvRow Row(JsonElement row, int line, IReadOnlyList<string> columns, List<string> wrong)
    {
        Dictionary<string, string> fields = [];
        foreach (JsonProperty field in row.EnumerateObject())
        {
            if (!columns.Contains(field.Name))
            {
                wrong.Add(
                    $"Line {line}: there is no field {field.Name}; there are {string.Join(", ", columns)}.");
                continue;
            }

            fields[field.Name] = field.Value.ValueKind switch
            {
                JsonValueKind.String => field.Value.GetString()!,
                JsonValueKind.Null => "",
                JsonValueKind.Array => string.Join(',', field.Value.EnumerateArray().Select(one => one.ToString())),
                _ => field.Value.GetRawText(),
            };
        }

        return new CsvRow(line, fields);
    }
}
