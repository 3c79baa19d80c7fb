using System.Buffers;
using System.Text.Json;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Slides.Synthetic.Nuclei;

namespace CellVitCluster.Slides.Synthetic.Files;

/// <summary>
/// Writes nuclei as GeoJSON of QuPath detections, one feature per line, as they come: closed rings in level-0 px, origin at the slide's
/// upper-left corner, rounded to a thousandth of a px. Ids are UUIDs (RFC 9562 version 8) made of the nucleus' key, so they are the same in
/// every run. Not thread-safe; the stream stays open.
/// </summary>
internal sealed class GroundTruthWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private bool _any;

    /// <summary>Begins the collection.</summary>
    public GroundTruthWriter(Stream stream)
    {
        _stream = stream;
        _json = new Utf8JsonWriter(_buffer);
        _stream.Write("{\"type\":\"FeatureCollection\",\"features\":["u8);
    }

    /// <summary>Appends nuclei.</summary>
    public async ValueTask WriteAsync(IReadOnlyList<Nucleus> nuclei, CancellationToken cancellation)
    {
        foreach (Nucleus nucleus in nuclei)
        {
            _buffer.Write(_any ? ",\n"u8 : "\n"u8);
            _any = true;
            WriteFeature(nucleus);
        }

        await _stream.WriteAsync(_buffer.WrittenMemory, cancellation);
        _buffer.ResetWrittenCount();
    }

    /// <summary>Ends the collection.</summary>
    public void Finish() => _stream.Write("\n]}\n"u8);

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteFeature(Nucleus nucleus)
    {
        CellClass type = NucleusTaxonomy.Of(nucleus.Kind);
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("type"u8, "Feature"u8);
        _json.WriteString("id"u8, IdOf(nucleus.Key));
        WriteGeometry(nucleus.Outline.ToPolygon());
        _json.WriteStartObject("properties"u8);
        _json.WriteString("objectType"u8, "detection"u8);
        _json.WriteStartObject("classification"u8);
        _json.WriteString("name"u8, type.Name);
        _json.WriteStartArray("color"u8);
        _json.WriteNumberValue(type.Red);
        _json.WriteNumberValue(type.Green);
        _json.WriteNumberValue(type.Blue);
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
    }

    private void WriteGeometry(SlidePolygon outline)
    {
        _json.WriteStartObject("geometry"u8);
        _json.WriteString("type"u8, "Polygon"u8);
        _json.WriteStartArray("coordinates"u8);
        _json.WriteStartArray();
        for (int i = 0; i <= outline.Count; i++)
        {
            SlidePoint vertex = outline[i % outline.Count];
            _json.WriteStartArray();
            _json.WriteNumberValue(Math.Round(vertex.X, 3));
            _json.WriteNumberValue(Math.Round(vertex.Y, 3));
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private static Guid IdOf(ulong key)
    {
        ulong high = new PlaceRandom((long)key, 2, 0, 0).NextBits();
        high = (high & 0xFFFFFFFFFFFF0FFF) | 0x8000;
        ulong low = (key & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000;
        return new Guid(
            (uint)(high >> 32), (ushort)(high >> 16), (ushort)high,
            (byte)(low >> 56), (byte)(low >> 48), (byte)(low >> 40), (byte)(low >> 32),
            (byte)(low >> 24), (byte)(low >> 16), (byte)(low >> 8), (byte)low);
    }
}
