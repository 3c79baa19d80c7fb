using System.Text.Json;
using System.Text.Json.Serialization;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Model.Cards;

/// <summary>A precision as its name; null stands for the device's default.</summary>
internal sealed class PrecisionConverter : JsonConverter<Precision?>
{
    /// <inheritdoc/>
    public override Precision? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? name = reader.GetString();
        return name is null ? null
            : Precisions.Names.Contains(name, StringComparer.Ordinal) ? Precisions.Parse(name)
            : throw new JsonException($"Precision '{name}' is none of {string.Join(", ", Precisions.Names)}.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Precision? value, JsonSerializerOptions options)
    {
        if (value is { } precision)
        {
            writer.WriteStringValue(Precisions.NameOf(precision));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
