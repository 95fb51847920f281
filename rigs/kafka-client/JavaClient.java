// Apache Kafka's own client, to compare with: writes what tests ask for, and prints what it reads. Takes the address of the broker, then commands with "--"
// between them, and prints a form feed behind each.
//   produce TOPIC COUNT CODEC   keys, NULLs, empty values and headers, times from 1700000000000
//   transactions TOPIC          committed, aborted and interleaved transactions, and records outside of any
//   open TOPIC                  one record in a transaction that ends when a line comes in
//   keyed TOPIC COUNT           messages with keys "k<i>" and without partitions, which Java's own partitioner chooses
//   large TOPIC BYTES           one message of that size
//   consume TOPIC               committed records: partition, offset, time type, time, key, value, headers; bytes in hexadecimal, "-" for NULL
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class JavaClient {
  private final String broker;
  private final String topic;

  JavaClient(String broker, String topic) {
    this.broker = broker;
    this.topic = topic;
  }

  public static void main(String[] arguments) throws Exception {
    var words = List.of(arguments);
    for (int start = 1; start < words.size(); ) {
      int end = start;
      while (end < words.size() && !words.get(end).equals("--")) end++;
      run(arguments[0], words.subList(start, end));
      System.out.print("\f");
      start = end + 1;
    }
    System.exit(0);
  }

  private static void run(String broker, List<String> command) throws Exception {
    var client = new JavaClient(broker, command.get(1));
    switch (command.get(0)) {
      case "produce" -> client.produce(Integer.parseInt(command.get(2)), command.get(3));
      case "transactions" -> client.transactions();
      case "open" -> client.open();
      case "keyed" -> client.keyed(Integer.parseInt(command.get(2)));
      case "large" -> client.large(Integer.parseInt(command.get(2)));
      case "consume" -> client.consume();
      default -> throw new IllegalArgumentException(command.get(0));
    }
  }

  private void produce(int count, String codec) {
    try (var producer = producer(Map.of("compression.type", codec, "linger.ms", "20"))) {
      for (int i = 0; i < count; i++) {
        var key = i % 5 == 0 ? null : bytes("k" + i);
        var value = i % 7 == 0 ? null : i % 11 == 0 ? new byte[0] : bytes("größe-" + i);
        List<Header> headers = i % 3 == 0 ? List.of() : List.of(new RecordHeader("h", bytes("x" + i)), new RecordHeader("h", null));
        producer.send(new ProducerRecord<>(topic, 0, 1700000000000L + i, key, value, headers));
      }
    }
  }

  private void transactions() throws Exception {
    var one = producer(Map.of("transactional.id", topic + "-one"));
    var two = producer(Map.of("transactional.id", topic + "-two"));
    var plain = producer(Map.of());
    one.initTransactions();
    two.initTransactions();
    for (String name : new String[] {"aborted", "committed", "aborted", "aborted", "committed"}) {
      one.beginTransaction();
      send(one, name, 3);
      if (name.equals("aborted")) one.abortTransaction();
      else one.commitTransaction();
    }
    one.beginTransaction();
    two.beginTransaction();
    for (int i = 0; i < 3; i++) {
      send(one, "aborted", 2);
      send(two, "committed", 2);
      send(plain, "plain", 2);
    }
    two.commitTransaction();
    one.abortTransaction();
  }

  private void open() throws Exception {
    var producer = producer(Map.of("transactional.id", topic + "-open"));
    producer.initTransactions();
    producer.beginTransaction();
    send(producer, "in the end", 1);
    System.out.println("open");
    System.in.read();
    producer.commitTransaction();
    System.out.println("committed");
  }

  private void keyed(int count) {
    try (var producer = producer(Map.of())) {
      for (int i = 0; i < count; i++) producer.send(new ProducerRecord<>(topic, bytes("k" + i), bytes("v" + i)));
    }
  }

  private void large(int size) throws Exception {
    var producer = producer(Map.of("max.request.size", "33554432", "buffer.memory", "67108864"));
    var value = new byte[size];
    for (int i = 0; i < size; i++) value[i] = (byte) i;
    producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
  }

  private void consume() {
    var consumer = new KafkaConsumer<>(settings(Map.of("isolation.level", "read_committed")), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    var partitions = new ArrayList<TopicPartition>();
    for (var partition : consumer.partitionsFor(topic)) partitions.add(new TopicPartition(topic, partition.partition()));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    var ends = consumer.endOffsets(partitions);
    var out = new StringBuilder();
    while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
      for (var record : consumer.poll(Duration.ofMillis(200))) {
        var headers = new ArrayList<String>();
        for (var header : record.headers()) headers.add(header.key() + "=" + hex(header.value()));
        out.append(String.join("\t", "" + record.partition(), "" + record.offset(), "" + record.timestampType().id, "" + record.timestamp(),
            hex(record.key()), hex(record.value()), String.join(",", headers))).append("\n");
      }
    }
    System.out.print(out);
  }

  private void send(KafkaProducer<byte[], byte[]> producer, String name, int count) throws Exception {
    for (int i = 0; i < count; i++) producer.send(new ProducerRecord<>(topic, 0, null, bytes(name))).get();
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, String> more) {
    return new KafkaProducer<>(settings(more), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> settings(Map<String, String> more) {
    var all = new HashMap<String, Object>(more);
    all.put("bootstrap.servers", broker);
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? "-" : HexFormat.of().formatHex(bytes);
  }
}
