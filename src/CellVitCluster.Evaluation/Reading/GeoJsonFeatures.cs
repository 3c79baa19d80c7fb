using System.Text.Json;

namespace CellVitCluster.Evaluation.Reading;

/// <summary>
/// Features of a GeoJSON FeatureCollection or of a bare array, one after the other: memory of the largest feature, not of the file.
/// Not thread-safe.
/// </summary>
internal sealed class GeoJsonFeatures(Stream stream)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _isLast;
    private JsonReaderState _state = new(new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip });
    private Place _place = Place.Before;
    private bool _hasFeatures;

    private enum Place
    {
        /// <summary>Nothing read yet.</summary>
        Before,

        /// <summary>Among the members of the collection.</summary>
        Collection,

        /// <summary>Among the features.</summary>
        Features,

        /// <summary>Behind the outermost value.</summary>
        After,
    }

    /// <summary>Reads all features; each document is valid until the next one is read.</summary>
    /// <exception cref="JsonException">No JSON, or truncated.</exception>
    /// <exception cref="FormatException">Other JSON.</exception>
    public IEnumerable<JsonElement> Read()
    {
        while (_place != Place.After)
        {
            if (!TryStep(out JsonDocument? feature))
            {
                Fill();
            }
            else if (feature is not null)
            {
                using (feature)
                {
                    yield return feature.RootElement;
                }
            }
        }
    }

    /// <summary>Consumes one token, one skipped member or one feature.</summary>
    /// <returns>False when the buffer does not hold all of it yet; then nothing is consumed.</returns>
    private bool TryStep(out JsonDocument? feature)
    {
        feature = null;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isLast, _state);
        if (!reader.Read())
        {
            return false;
        }

        Place next = _place;
        switch (_place, reader.TokenType)
        {
            case (Place.Before, JsonTokenType.StartArray):
                (next, _hasFeatures) = (Place.Features, true);
                break;
            case (Place.Before, JsonTokenType.StartObject):
                next = Place.Collection;
                break;
            case (Place.Collection, JsonTokenType.PropertyName):
                bool isFeatures = reader.ValueTextEquals("features"u8);
                if (!reader.Read())
                {
                    return false;
                }

                if (isFeatures && reader.TokenType == JsonTokenType.StartArray)
                {
                    (next, _hasFeatures) = (Place.Features, true);
                }
                else if (!reader.TrySkip())
                {
                    return false;
                }

                break;
            case (Place.Collection, JsonTokenType.EndObject):
                next = _hasFeatures ? Place.After : throw new FormatException("a JSON object without an array 'features', expected a FeatureCollection");
                break;
            case (Place.Features, JsonTokenType.EndArray):
                next = reader.CurrentDepth == 0 ? Place.After : Place.Collection;
                break;
            case (Place.Features, JsonTokenType.StartObject):
                if (!JsonDocument.TryParseValue(ref reader, out feature))
                {
                    return false;
                }

                break;
            default:
                throw new FormatException($"a JSON {reader.TokenType} where GeoJSON has a FeatureCollection or a feature");
        }

        _place = next;
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return true;
    }

    private void Fill()
    {
        if (_isLast)
        {
            throw new FormatException("JSON that ends too early");
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, checked(2 * _buffer.Length));
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _isLast = read == 0;
        _end += read;

        // Other programs put a byte order mark in front, which JSON does not allow.
        if (_place == Place.Before && _start == 0 && _end >= 3 && _buffer.AsSpan(0, 3).SequenceEqual("\uFEFF"u8))
        {
            _start = 3;
        }
    }
}
